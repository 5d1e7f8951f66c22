// Lower bounds against enumeration, and against what random schedules move.
#include "schedules/traffic/bounds.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>

#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

int64_t touched_by_enumeration(const Layer& layer, size_t axis) {
  const int64_t existing = axis == 0 ? layer.in_height : layer.in_width;
  const int64_t outputs = axis == 0 ? layer.out_height() : layer.out_width();
  std::set<int64_t> lines;
  for (int64_t out = 0; out < outputs; ++out) {
    for (int64_t tap = 0; tap < layer.kernel_shape[axis]; ++tap) {
      const int64_t line = out * layer.strides[axis] + tap * layer.dilations[axis] - layer.pads[axis];
      if (line >= 0 && line < existing) lines.insert(line);
    }
  }
  return static_cast<int64_t>(lines.size());
}

TEST(Bounds, CompulsoryCountsEveryTouchedElementOnce) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 5000; ++i) {
    const Layer layer = random_case(random, {100000, 1, 0}).layer;
    const int64_t input =
        layer.batch * layer.in_channels * touched_by_enumeration(layer, 0) * touched_by_enumeration(layer, 1);
    const int64_t expected = input * bytes(layer.input_type) +
                             layer.weight_elements() * bytes(layer.weight_type) +
                             layer.output_elements() * bytes(layer.output_type) + layer.params_bytes();
    ASSERT_EQ(compulsory_bytes(layer), expected) << to_json_text({layer, {}});
  }
}

TEST(Bounds, NoScheduleMovesLess) {
  constexpr uint64_t kSeed = 2;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  int above_compulsory = 0;
  for (int i = 0; i < 20000; ++i) {
    // With more channels the memory matters; tiles stay legal as extents grow.
    RandomCase test = random_case(random, {20000, 2000, 12});
    test.layer.in_channels *= 16;
    test.layer.out_channels *= 16;
    const Prediction prediction = predict_exact(test.layer, test.schedule);
    const int64_t bound = published_bound_bytes(test.layer, prediction.buffer.total());
    ASSERT_GE(bound, compulsory_bytes(test.layer));
    ASSERT_GE(prediction.traffic.total(), bound) << to_json_text(test);
    above_compulsory += bound > compulsory_bytes(test.layer) ? 1 : 0;
  }
  EXPECT_GT(above_compulsory, 1000) << "the published forms were hardly tested";
}

TEST(Bounds, ThePublishedFormsHaveTheirConstants) {
  Layer layer;
  layer.in_channels = layer.out_channels = layer.in_width = 4096;
  layer.input_type = layer.weight_type = layer.output_type = layer.accumulator_type = DataType::int16;
  // A matrix product of 4096^3 in 65,536 words of 2 bytes: 2 * 4096^3 / 256 - 2 * 65,536 words.
  EXPECT_EQ(published_bound_bytes(layer, 65536 * 2),
            (2 * layer.macs() / 256 - 2 * 65536) * 2 + layer.params_bytes());
  // A 1x25 filter in 4 words: 9/4 of the products over the memory, less the memory; without padding each
  // product counts.
  layer.kernel_shape = {1, 25};
  EXPECT_EQ(published_bound_bytes(layer, 4 * 2), (9 * layer.macs() / 4 / 4 - 4) * 2 + layer.params_bytes());
}

}  // namespace
}  // namespace hwcvp
