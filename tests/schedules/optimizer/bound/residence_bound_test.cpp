// The residence bound against the enumeration of all nests of small layers whose pieces share input lines, at
// every buffer size where something becomes possible and one byte below. HWCVP_SEED and HWCVP_LAYERS in the
// environment choose other and more layers.
#include "schedules/optimizer/bound/residence_bound.h"

#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedules/json/json.h"
#include "schedules/optimizer/problem/budget.h"
#include "tests/support/all_nests.h"
#include "tests/support/environment.h"
#include "tests/support/random_case.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

TEST(ResidenceBound, LeavesOutAxesThatHaveTooManyCuttings) {
  Layer layer;
  layer.in_height = layer.in_width = 224;
  layer.kernel_shape = {11, 11};
  EXPECT_TRUE(optimizer::ResidenceBound::goes_through(layer));
  layer.in_width = 160000;
  EXPECT_FALSE(optimizer::ResidenceBound::goes_through(layer));
  layer.in_width = 224;
  layer.pads = {1'000'000, 0, 0, 0};
  EXPECT_FALSE(optimizer::ResidenceBound::goes_through(layer));
}

// Walks count their steps, so that the clock is looked at within any of them: there is nothing to find out
// once the time is over, however large the boxes are.
TEST(ResidenceBound, ProvesNothingOnceItsTimeIsOver) {
  Layer layer;
  layer.in_height = layer.in_width = 2000;
  layer.kernel_shape = {9, 9};
  layer.in_channels = layer.out_channels = 64;
  OptimizerOptions options;
  options.buffer_bytes = 4096;
  options.time_limit_seconds = 1e-9;
  optimizer::Budget budget(options);
  EXPECT_EQ(optimizer::ResidenceBound(layer, options, Prices{}).below(int64_t{1} << 50, budget), 0);
  EXPECT_TRUE(budget.cut_short());
}

struct Count {
  int bounds = 0;
  int reached = 0;
};

void expect_below_all_nests(const Layer& layer, const PerTensor<bool>& double_buffer, Count& count) {
  const AllNests nests(layer, double_buffer);
  for (const int64_t size : nests.buffer_sizes()) {
    for (const int64_t buffer_bytes : {size, size - 1}) {
      const int64_t least = nests.least_traffic(buffer_bytes);
      if (least == std::numeric_limits<int64_t>::max()) continue;
      OptimizerOptions options;
      options.double_buffer = double_buffer;
      options.buffer_bytes = buffer_bytes;
      optimizer::Budget budget(options);
      const int64_t bound = optimizer::ResidenceBound(layer, options, Prices{}).below(2 * least, budget);
      EXPECT_LE(bound, least) << "a nest undercuts the bound in " << buffer_bytes
                              << " bytes: " << to_json_text({layer, Schedule{}});
      ++count.bounds;
      count.reached += bound == least ? 1 : 0;
    }
  }
}

template <typename Next>
void check_layers(int64_t seed, int64_t layers, int64_t percent_reached, const Next& next) {
  std::cout << "seed " << seed << std::endl;
  TinyLayers random(static_cast<uint64_t>(seed));
  Count count;
  for (int64_t i = 0; i < layers && !testing::Test::HasFailure(); ++i) {
    const Layer layer = next(random);
    PerTensor<bool> double_buffer;
    for (bool& twice : double_buffer) twice = random.pick(0, 9) == 0;
    expect_below_all_nests(layer, double_buffer, count);
  }
  std::cout << count.bounds << " bounds, " << count.reached << " reached by a nest" << std::endl;
  EXPECT_GT(count.reached, count.bounds * percent_reached / 100) << "the bound is far from the optimum";
}

TEST(ResidenceBound, IsNotUndercutOnLayersWithHalo) {
  check_layers(from_environment("HWCVP_SEED", 1), from_environment("HWCVP_LAYERS", 100), 50,
               [](TinyLayers& random) { return random.next_with_halo(200, false); });
}

TEST(ResidenceBound, IsNotUndercutOnLayersWithGaps) {
  check_layers(from_environment("HWCVP_SEED", 1), from_environment("HWCVP_LAYERS", 100), 40,
               [](TinyLayers& random) { return random.next_with_gaps(200); });
}

TEST(ResidenceBound, IsNotUndercutByLinesKeptWithinAChannel) {
  check_layers(from_environment("HWCVP_SEED", 1), from_environment("HWCVP_LAYERS", 12), 50,
               [](TinyLayers& random) { return random.next_with_halo(2000, true); });
}

struct KnownLayer {
  const char* text;
  PerTensor<bool> double_buffer;
};

// Layers on which nests have undercut an earlier form of the bound.
TEST(ResidenceBound, IsNotUndercutWhereItWasOnce) {
  const std::vector<KnownLayer> layers = {
      // The last place and the first overlap, though three pieces lie between them.
      {R"({"in_channels": 1, "out_channels": 1, "in_height": 5, "in_width": 3, "kernel_shape": [3, 2],
           "accumulator_type": "int16", "output_type": "int16"})",
       {false, false, false}},
      // Outputs are left and visited again for each piece of the taps.
      {R"({"in_channels": 1, "out_channels": 1, "in_height": 5, "in_width": 2, "kernel_shape": [4, 4],
           "pads": [0, 0, 0, 2], "input_type": "int16", "accumulator_type": "int16", "output_type": "int16"})",
       {false, false, true}},
      // With a stride, taps in uneven pieces meet fewer lines.
      {R"({"in_channels": 2, "out_channels": 1, "in_height": 1, "in_width": 8, "kernel_shape": [1, 4],
           "strides": [1, 2], "pads": [0, 0, 0, 2], "input_type": "int16", "weight_type": "int16",
           "accumulator_type": "int16"})",
       {false, false, false}},
      // Weights stay but in the last row of outputs, which lies in the padding: there partial sums do.
      {R"({"in_channels": 1, "out_channels": 1, "in_height": 4, "in_width": 3, "kernel_shape": [2, 3],
           "pads": [0, 0, 2, 0], "input_type": "int16", "accumulator_type": "int16"})",
       {false, false, false}},
      // Positions pass a box of outputs in parts, and weights of taps that meet no input stay.
      {R"({"in_channels": 1, "out_channels": 1, "in_height": 2, "in_width": 7, "kernel_shape": [3, 3],
           "strides": [1, 3], "pads": [0, 0, 2, 1], "input_type": "int16", "accumulator_type": "int16",
           "output_type": "int16"})",
       {false, false, false}},
  };
  Count count;
  for (const KnownLayer& known : layers) {
    expect_below_all_nests(layer_from_json(nlohmann::json::parse(known.text), "layer"), known.double_buffer,
                           count);
  }
}

}  // namespace
}  // namespace hwcvp
