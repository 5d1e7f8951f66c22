// The residence bound under constraints against the enumeration of all nests of small layers that meet them,
// at every buffer size where something becomes possible and one byte below. HWCVP_SEED and HWCVP_LAYERS in
// the environment choose other and more layers.
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedules/json/constraints_json.h"
#include "schedules/json/json.h"
#include "schedules/optimizer/bound/constrained_bound.h"
#include "schedules/optimizer/problem/budget.h"
#include "tests/support/constrained_nests.h"
#include "tests/support/environment.h"
#include "tests/support/random_case.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

struct Count {
  int bounds = 0;
  int reached = 0;
};

void expect_below_all_nests(const Layer& layer, OptimizerOptions options, int empty, Count& count) {
  const ConstrainedNests nests(layer, options, empty);
  for (const int64_t size : nests.buffer_sizes()) {
    for (const int64_t buffer_bytes : {size, size - 1}) {
      const int64_t least = nests.least_cost(buffer_bytes);
      if (least == std::numeric_limits<int64_t>::max()) continue;
      options.buffer_bytes = buffer_bytes;
      optimizer::Budget budget(options);
      const int64_t bound =
          optimizer::constrained_bound(layer, options, options.constraints.prices, 2 * least + 1, budget);
      EXPECT_LE(bound, least) << "a nest undercuts the bound in " << buffer_bytes
                              << " bytes: " << to_json_text({layer, Schedule{}})
                              << to_json(options.constraints).dump() << " doubled "
                              << testing::PrintToString(options.double_buffer);
      ++count.bounds;
      count.reached += bound == least ? 1 : 0;
    }
  }
}

// So many units of each dimension that is no axis become elements, the last unit a part of one now and then.
void grow(TinyLayers& random, Layer& layer, PerDim<int64_t>& multiple) {
  const auto grown = [&](Dim dim, int64_t units) {
    const int64_t size = random.pick(1, 4);
    multiple[index(dim)] = size;
    return units * size - (units > 1 && random.pick(0, 3) == 0 ? random.pick(0, size - 1) : 0);
  };
  const int64_t groups = layer.group;
  layer.batch = grown(Dim::B, layer.batch);
  layer.group = grown(Dim::G, groups);
  layer.in_channels = layer.group * grown(Dim::C, layer.in_channels / groups);
  layer.out_channels = layer.group * grown(Dim::K, layer.out_channels / groups);
}

void multiples_of_axes(TinyLayers& random, PerDim<int64_t>& multiple) {
  for (const Dim dim : {Dim::OY, Dim::OX, Dim::FY, Dim::FX}) {
    if (random.pick(0, 1) == 0) multiple[index(dim)] = random.pick(1, 4);
  }
}

void some_capacities(TinyLayers& random, PerTensor<int64_t>& capacity_bytes) {
  for (int64_t& capacity : capacity_bytes) {
    if (random.pick(0, 1) == 0) capacity = random.pick(1, 60);
  }
}

// Up to three, most of which cut something; even ones now and then.
void some_outer_loops(TinyLayers& random, const Layer& layer, Constraints& constraints) {
  PerDim<int64_t> left = layer.extents();
  for (int64_t i = random.pick(1, 3); i > 0; --i) {
    const Dim dim = kDims[static_cast<size_t>(random.pick(0, kDimCount - 1))];
    int64_t& tile = left[index(dim)];
    if (tile == 1 && random.pick(0, 4) > 0) continue;
    const int64_t multiple = constraints.tile_multiple[index(dim)];
    const int64_t drawn = tile % 2 == 0 && random.pick(0, 1) == 0 ? tile / 2 : random.pick(1, tile);
    if (drawn >= multiple) tile = drawn / multiple * multiple;
    constraints.outer_loops.push_back({dim, tile});
  }
}

void check_layers(int64_t layers, double max_nests, int empty,
                  const std::function<void(TinyLayers&, Layer&, Constraints&)>& constrain) {
  const int64_t seed = from_environment("HWCVP_SEED", 1);
  std::cout << "seed " << seed << std::endl;
  TinyLayers random(static_cast<uint64_t>(seed));
  Count count;
  layers = from_environment("HWCVP_LAYERS", layers);
  for (int64_t i = 0; i < layers && !testing::Test::HasFailure(); ++i) {
    Layer layer = random.pick(0, 1) == 0 ? random.next(max_nests) : random.next_with_halo(max_nests, false);
    OptimizerOptions options;
    for (bool& twice : options.double_buffer) twice = random.pick(0, 3) == 0;
    constrain(random, layer, options.constraints);
    expect_below_all_nests(layer, options, empty, count);
  }
  std::cout << layers << " layers, " << count.bounds << " bounds, " << count.reached << " reached by a nest"
            << std::endl;
  EXPECT_GT(count.reached, count.bounds / 3) << "the bound is far from the optimum";
}

TEST(ConstrainedBound, IsNotUndercutWhereChannelsComeInMultiples) {
  check_layers(150, 80, 0, [](TinyLayers& random, Layer& layer, Constraints& constraints) {
    grow(random, layer, constraints.tile_multiple);
  });
}

TEST(ConstrainedBound, IsNotUndercutWhereAllTilesComeInMultiples) {
  check_layers(150, 80, 0, [](TinyLayers& random, Layer& layer, Constraints& constraints) {
    if (random.pick(0, 1) == 0) grow(random, layer, constraints.tile_multiple);
    multiples_of_axes(random, constraints.tile_multiple);
  });
}

TEST(ConstrainedBound, IsNotUndercutInMemoriesOfTheirOwn) {
  check_layers(150, 80, 0, [](TinyLayers& random, Layer& layer, Constraints& constraints) {
    if (random.pick(0, 3) == 0) grow(random, layer, constraints.tile_multiple);
    some_capacities(random, constraints.capacity_bytes);
  });
}

TEST(ConstrainedBound, IsNotUndercutInsideFixedLoops) {
  check_layers(200, 300, 0, [](TinyLayers& random, Layer& layer, Constraints& constraints) {
    if (random.pick(0, 3) == 0) grow(random, layer, constraints.tile_multiple);
    if (random.pick(0, 3) == 0) some_capacities(random, constraints.capacity_bytes);
    some_outer_loops(random, layer, constraints);
  });
}

TEST(ConstrainedBound, IsNotUndercutUnderConstraintsOfAllKinds) {
  check_layers(60, 20, kHighestLevel, [](TinyLayers& random, Layer& layer, Constraints& constraints) {
    constraints = random_constraints(random, layer);
  });
}

// Layers and constraints under which nests have undercut an earlier form of the bound.
TEST(ConstrainedBound, IsNotUndercutWhereItWasOnce) {
  struct Known {
    const char* layer;
    const char* constraints;
    PerTensor<bool> double_buffer;
    int empty;
  };
  const std::vector<Known> known = {
      // A fixed level leaves weights no smaller box in place of one that does not fit.
      {R"({"in_channels": 2, "out_channels": 4, "in_height": 1, "in_width": 1, "kernel_shape": [1, 1],
           "pads": [2, 0, 1, 0], "strides": [2, 3], "accumulator_type": "int16", "output_type": "int16"})",
       R"({"buffer_level": {"weight": 2}, "capacity": {"output": 10, "weight": 20},
           "outer_loops": [{"dim": "FY", "tile": 1}, {"dim": "C", "tile": 2}]})",
       {false, false, false},
       2},
      // Weights stay longest in the remainder of a fixed loop, partial sums elsewhere.
      {R"({"in_channels": 1, "out_channels": 3, "in_height": 2, "in_width": 5, "kernel_shape": [1, 3],
           "dilations": [2, 1], "pads": [0, 0, 2, 2], "strides": [3, 3], "accumulator_type": "int16",
           "output_type": "int16"})",
       R"({"outer_loops": [{"dim": "FX", "tile": 2}]})",
       {false, false, false},
       0},
      // Inputs of a piece of the taps are kept from turn to turn.
      {R"({"in_channels": 4, "out_channels": 16, "in_height": 3, "in_width": 4, "kernel_shape": [3, 2],
           "group": 2, "input_type": "int16", "output_type": "int16"})",
       R"({"outer_loops": [{"dim": "G", "tile": 2}, {"dim": "FY", "tile": 1}],
           "tile_multiple": {"C": 2, "G": 2, "K": 4}})",
       {false, false, false},
       0},
      // Pieces of the taps leave gaps in regions that the whole filter does not.
      {R"({"in_channels": 2, "out_channels": 1, "in_height": 3, "in_width": 4, "kernel_shape": [1, 3],
           "dilations": [2, 1], "pads": [1, 1, 0, 0], "strides": [2, 2], "accumulator_type": "int16",
           "weight_type": "int16"})",
       R"({"capacity": {"input": 5},
           "outer_loops": [{"dim": "FX", "tile": 2}, {"dim": "OY", "tile": 1}, {"dim": "C", "tile": 2}]})",
       {true, true, false},
       0},
      // The same from place to place of outputs that are visited again for each piece of the taps.
      {R"({"in_channels": 1, "out_channels": 1, "in_height": 4, "in_width": 5, "kernel_shape": [2, 2],
           "pads": [1, 0, 0, 0], "strides": [1, 2], "accumulator_type": "int16", "output_type": "int16"})",
       R"({"outer_loops": [{"dim": "FX", "tile": 1}]})",
       {false, false, false},
       0},
      // Partial sums of outputs in the padding stay, inputs elsewhere.
      {R"({"batch": 4, "in_channels": 3, "out_channels": 2, "in_height": 2, "in_width": 5,
           "kernel_shape": [3, 1], "pads": [1, 1, 1, 1], "strides": [2, 1], "input_type": "int16",
           "weight_type": "int16", "accumulator_type": "int16", "output_type": "int16"})",
       R"({"tile_multiple": {"B": 4, "C": 3}})",
       {false, false, false},
       0},
      // Weights of all output channels stay, and the inputs of each image pass once for each of these.
      {R"({"batch": 2, "in_channels": 1, "out_channels": 2, "in_height": 4, "in_width": 1,
           "kernel_shape": [3, 1], "pads": [1, 0, 0, 2], "strides": [2, 3], "input_type": "int16",
           "weight_type": "int16", "accumulator_type": "int16"})",
       R"({"tile_multiple": {"OY": 4}})",
       {true, false, false},
       0},
  };
  Count count;
  for (const Known& some : known) {
    const Layer layer = layer_from_json(nlohmann::json::parse(some.layer), "layer");
    OptimizerOptions options;
    options.double_buffer = some.double_buffer;
    options.constraints =
        constraints_from_json(nlohmann::json::parse(some.constraints), "constraints").constraints;
    expect_below_all_nests(layer, options, some.empty, count);
  }
  EXPECT_GT(count.bounds, 4);
}

}  // namespace
}  // namespace hwcvp
