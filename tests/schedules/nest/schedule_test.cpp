// Schedules: legality, and the nest as text.
#include "schedules/nest/schedule.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "schedules/predictors/predictor.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

Layer layer_of_test() {
  Layer layer;
  layer.in_channels = 4;
  layer.out_channels = 8;
  layer.in_height = layer.in_width = 9;
  layer.kernel_shape = {3, 3};
  return layer;
}

Schedule legal() {
  Schedule schedule;
  schedule.loops = {{Dim::K, 3}, {Dim::OY, 4}, {Dim::K, 3}, {Dim::OY, 1}};
  schedule.buffer_level = {2, 3, 4};
  schedule.double_buffer[index(Tensor::weight)] = true;
  return schedule;
}

struct Refusal {
  std::function<void(Schedule&)> change;
  const char* message;
};

TEST(Schedule, RefusesWhatIsIllegalAndNamesTheField) {
  ASSERT_NO_THROW(legal().validate(layer_of_test(), "x"));
  const std::vector<Refusal> refusals = {
      {[](Schedule& s) { s.loops[0].tile = 9; },
       "x: loops[0].tile: expected an integer between 1 and 8, what is left of K there, found 9"},
      {[](Schedule& s) { s.loops[1].tile = 0; },
       "x: loops[1].tile: expected an integer between 1 and 7, what is left of OY there, found 0"},
      {[](Schedule& s) { s.loops[2].tile = 4; },
       "x: loops[2].tile: expected an integer between 1 and 3, what is left of K there, found 4"},
      {[](Schedule& s) { s.buffer_level[0] = 5; },
       "x: buffer_level.input: expected an integer between 0 and 4, the number of loops, found 5"},
      {[](Schedule& s) { s.buffer_level[1] = -1; },
       "x: buffer_level.weight: expected an integer between 0 and 4, the number of loops, found -1"},
      {[](Schedule& s) {
         s.loops.assign(65, {Dim::OX, 1});
       },
       "x: loops: expected at most 64 loops, found 65"},
  };
  for (const Refusal& refusal : refusals) {
    Schedule schedule = legal();
    refusal.change(schedule);
    try {
      schedule.validate(layer_of_test(), "x");
      ADD_FAILURE() << "accepted, instead of " << refusal.message;
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(), refusal.message);
    }
  }
}

TEST(Schedule, PrintsTheNestWithItsBuffers) {
  // Input: 4 channels, rows of 4 outputs and columns of 7 under a 3x3 kernel, 4*6*9. Weights: 3*4*3*3, twice.
  // Output: 3 channels of 1x7 accumulators.
  EXPECT_EQ(to_text(legal(), layer_of_test()),
            "layer B=1 G=1 K=8 C=4 OY=7 OX=7 FY=3 FX=3\n"
            "for K in 8 by 3  // 3 trips\n"
            "  for OY in 7 by 4  // 2 trips\n"
            "    [input buffer: 216 bytes, sliding]\n"
            "    for K in 3 by 3  // 1 trip\n"
            "      [weight buffer: 216 bytes, double]\n"
            "      for OY in 4 by 1  // 4 trips\n"
            "        [output buffer: 84 bytes]\n"
            "        leaf B=1 G=1 K=3 C=4 OY=1 OX=7 FY=3 FX=3\n");
}

TEST(Predictors, AreMadeByName) {
  ASSERT_FALSE(predictor_names().empty());
  EXPECT_EQ(predictor_names().front(), "exact");
  for (const std::string& name : predictor_names()) EXPECT_EQ(make_predictor(name)->name(), name);
  const Prediction prediction = make_predictor("exact")->predict(layer_of_test(), legal());
  EXPECT_EQ(prediction.traffic.output_write, 8 * 7 * 7);
  EXPECT_EQ(prediction.buffer.total(), 216 + 216 + 84);
  try {
    make_predictor("guess");
    FAIL() << "accepted an unknown model";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("model: expected one of exact", 0), 0u) << error.what();
  }
}

}  // namespace
}  // namespace hwcvp
