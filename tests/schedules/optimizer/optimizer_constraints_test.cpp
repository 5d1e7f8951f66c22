// The optimizer under constraints, against an enumeration of every nest of tiny layers that meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/constrained_nests.h"
#include "tests/support/environment.h"
#include "tests/support/random_case.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

// What the constraints say, read off the schedule once more.
void expect_met(const Constraints& constraints, const Layer& layer, const Schedule& schedule,
                const BufferUse& buffer) {
  ASSERT_GE(schedule.loops.size(), constraints.outer_loops.size());
  for (size_t i = 0; i < constraints.outer_loops.size(); ++i) {
    EXPECT_EQ(schedule.loops[i], constraints.outer_loops[i]) << "outer loop " << i;
  }
  PerDim<int64_t> tile = layer.extents();
  for (const Loop& loop : schedule.loops) {
    EXPECT_TRUE(loop.tile == tile[index(loop.dim)] ||
                loop.tile % constraints.tile_multiple[index(loop.dim)] == 0)
        << to_string(loop.dim) << " by " << loop.tile;
    tile[index(loop.dim)] = loop.tile;
  }
  for (const Tensor tensor : kTensors) {
    if (const auto level = constraints.buffer_level[index(tensor)]) {
      EXPECT_EQ(schedule.level(tensor), *level);
    }
    const int64_t capacity = constraints.capacity_bytes[index(tensor)];
    if (capacity > 0) {
      EXPECT_LE(buffer.bytes[index(tensor)], capacity);
    }
  }
  EXPECT_TRUE(constraints.allow(layer, schedule));
}

std::string shown(const Layer& layer, const OptimizerOptions& options) {
  const Constraints& c = options.constraints;
  Schedule outer;
  outer.loops = c.outer_loops;
  outer.double_buffer = options.double_buffer;
  for (size_t t = 0; t < kTensorCount; ++t) outer.buffer_level[t] = c.buffer_level[t].value_or(-1);
  return to_json_text({layer, outer}) + " buffer " + std::to_string(options.buffer_bytes) + " capacities " +
         testing::PrintToString(c.capacity_bytes) + " multiples " + testing::PrintToString(c.tile_multiple) +
         " prices " +
         testing::PrintToString(std::vector<int64_t>{c.prices.input_read, c.prices.weight_read,
                                                     c.prices.output_write, c.prices.psum_read,
                                                     c.prices.psum_write});
}

TEST(OptimizerConstraints, FindsTheBestOfAllNestsThatMeetThem) {
  const int64_t seed = from_environment("HWCVP_SEED", 4711);
  const int64_t layers = from_environment("HWCVP_LAYERS", 250);
  std::cout << "seed " << seed << std::endl;
  TinyLayers random(static_cast<uint64_t>(seed));
  int searched = 0;
  int proven = 0;
  int refused = 0;
  for (int64_t i = 0; i < layers && !HasFailure(); ++i) {
    const Layer layer = random.next(40);
    OptimizerOptions options;
    for (bool& twice : options.double_buffer) twice = random.pick(0, 3) == 0;
    options.constraints = random_constraints(random, layer);
    const ConstrainedNests nests(layer, options, kHighestLevel);
    std::vector<int64_t> sizes = nests.buffer_sizes();
    sizes.push_back(sizes.empty() ? 1000 : sizes.front() - 1);
    for (int pass = 0; pass < 3; ++pass) {
      options.buffer_bytes =
          sizes[static_cast<size_t>(random.pick(0, static_cast<int64_t>(sizes.size()) - 1))];
      const int64_t least = nests.least_cost(options.buffer_bytes);
      if (least == std::numeric_limits<int64_t>::max()) {
        ++refused;
        EXPECT_THROW(optimize(layer, options), InputError) << shown(layer, options);
        continue;
      }
      ++searched;
      SCOPED_TRACE(shown(layer, options));
      const OptimizerResult result = optimize(layer, options);
      result.schedule.validate(layer, "optimizer");
      const Prediction prediction = predict_exact(layer, result.schedule);
      expect_met(options.constraints, layer, result.schedule, prediction.buffer);
      EXPECT_LE(prediction.buffer.total(), options.buffer_bytes);
      const int64_t constants = prediction.traffic.params_read * options.constraints.prices.weight_read;
      EXPECT_EQ(result.cost, options.constraints.prices.cost(prediction.traffic));
      EXPECT_GE(result.cost, least + constants) << "the enumeration misses a nest";
      EXPECT_LE(result.proven_cost, least + constants) << "claims a bound that a nest undercuts";
      EXPECT_EQ(result.optimal, result.proven_cost == result.cost);
      if (options.constraints.prices.all_one()) {
        EXPECT_EQ(result.cost, prediction.traffic.total());
        EXPECT_EQ(result.proven_cost, result.proven_bound);
      }
      if (!result.optimal) continue;
      ++proven;
      EXPECT_EQ(result.cost, least + constants) << "claims an optimum that is none";
    }
  }
  std::cout << searched << " searches, " << proven << " proven optimal, " << refused << " refused"
            << std::endl;
  EXPECT_EQ(proven, searched) << "these layers are small enough to be proven";
  EXPECT_GT(refused, layers / 5);
}

Layer vgg_like() {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = 64;
  layer.out_channels = 96;
  layer.in_height = layer.in_width = 28;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  return layer;
}

// Larger layers, where descent, stationary boxes and refinement do the search.
TEST(OptimizerConstraints, MeetsThemOnLargerLayers) {
  const Layer layer = vgg_like();
  std::vector<Constraints> all(6);
  all[0].tile_multiple = {1, 1, 16, 16, 1, 7, 1, 1};
  all[1].outer_loops = {{Dim::K, 40}, {Dim::OY, 10}};
  all[2].capacity_bytes = {4096, 2048, 1024};
  all[3].buffer_level = {0, 2, 4};
  all[4].outer_loops = {{Dim::OY, 7}, {Dim::K, 96}, {Dim::OX, 28}};
  all[4].buffer_level[index(Tensor::output)] = 1;
  all[4].buffer_level[index(Tensor::weight)] = 7;
  all[5].prices = {1, 3, 1, 20, 30};
  for (const Constraints& constraints : all) {
    OptimizerOptions options;
    options.buffer_bytes = 96 * 1024;
    options.constraints = constraints;
    SCOPED_TRACE(shown(layer, options));
    const OptimizerResult result = optimize(layer, options);
    result.schedule.validate(layer, "optimizer");
    EXPECT_LE(result.prediction.buffer.total(), options.buffer_bytes);
    expect_met(constraints, layer, result.schedule, result.prediction.buffer);
    EXPECT_LE(result.proven_cost, result.cost);
  }
}

// Far too large for all nests to be tried.
TEST(OptimizerConstraints, ProvesWhatLargeLayersMoveUnderThem) {
  Layer layer = vgg_like();
  layer.in_channels = layer.out_channels = 512;
  std::vector<OptimizerOptions> all(4);
  all[0].constraints.tile_multiple = {1, 1, 16, 16, 1, 1, 1, 1};
  all[1].double_buffer = {true, true, true};
  all[2].constraints.outer_loops = {{Dim::C, 32}};
  all[3].constraints.outer_loops = {{Dim::K, 32}, {Dim::C, 64}};
  all[3].constraints.buffer_level[index(Tensor::weight)] = 2;
  for (OptimizerOptions& options : all) {
    options.buffer_bytes = 65536;
    SCOPED_TRACE(shown(layer, options));
    const OptimizerResult result = optimize(layer, options);
    EXPECT_TRUE(result.optimal) << result.cost << " " << result.proven_cost;
    EXPECT_EQ(result.proof, Proof::residence);
  }
}

TEST(OptimizerConstraints, PricesMoveTrafficFromTheDearKindToTheCheap) {
  const Layer layer = vgg_like();
  OptimizerOptions options;
  options.buffer_bytes = 4096;
  const Traffic equal = optimize(layer, options).prediction.traffic;
  options.constraints.prices.input_read = 50;
  const OptimizerResult dear = optimize(layer, options);
  EXPECT_LT(dear.prediction.traffic.input_read, equal.input_read);
  EXPECT_LE(dear.cost, options.constraints.prices.cost(equal));
}

std::string refusal(const Constraints& constraints) {
  OptimizerOptions options;
  options.buffer_bytes = 4096;
  options.constraints = constraints;
  try {
    optimize(vgg_like(), options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(OptimizerConstraints, RefusesWhatNoScheduleCanMeet) {
  using testing::HasSubstr;
  Constraints constraints;
  constraints.capacity_bytes[1] = -1;
  EXPECT_THAT(refusal(constraints), HasSubstr("constraints: capacity.weight: expected an integer between 0"));
  constraints = {};
  constraints.tile_multiple[index(Dim::OX)] = 0;
  EXPECT_THAT(refusal(constraints),
              HasSubstr("constraints: tile_multiple.OX: expected an integer between 1"));
  constraints = {};
  constraints.outer_loops = {{Dim::K, 32}, {Dim::K, 48}};
  EXPECT_THAT(refusal(constraints),
              HasSubstr("outer_loops[1].tile: expected an integer between 1 and 32, found 48"));
  constraints.tile_multiple[index(Dim::K)] = 16;
  constraints.outer_loops = {{Dim::K, 24}};
  EXPECT_THAT(refusal(constraints),
              HasSubstr("outer_loops[0].tile: expected a multiple of tile_multiple.K, 16"));
  constraints = {};
  constraints.buffer_level[0] = 65;
  EXPECT_THAT(refusal(constraints),
              HasSubstr("buffer_level.input: expected an integer between 0 and 64, found 65"));
  constraints = {};
  constraints.prices.psum_read = int64_t{1} << 40;
  EXPECT_THAT(refusal(constraints),
              HasSubstr("layer conv: price.psum_read: expected an integer between 0 and "));
  constraints = {};
  constraints.buffer_level = {0, 0, 0};  // all of every tensor
  EXPECT_EQ(refusal(constraints), "conv: buffer: no schedule fits in 4096 bytes under these constraints");
  constraints = {};
  constraints.capacity_bytes[2] = 3;  // not even one accumulator
  EXPECT_EQ(refusal(constraints), "conv: buffer: no schedule fits in 4096 bytes under these constraints");
}

}  // namespace
}  // namespace hwcvp
