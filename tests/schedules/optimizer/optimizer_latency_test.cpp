// The search for few cycles.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/array_walk.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

Layer square_layer(int64_t in_channels, int64_t out_channels, int64_t size, int64_t kernel) {
  Layer layer;
  layer.in_channels = in_channels;
  layer.out_channels = out_channels;
  layer.in_height = layer.in_width = size;
  layer.kernel_shape = {kernel, kernel};
  layer.pads = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
  return layer;
}

const MachineTiming kTiming;

int64_t cycles_of(const Layer& layer, const Schedule& schedule) {
  return estimate_latency(layer, schedule, predict_exact(layer, schedule).traffic, kTiming).cycles;
}

TEST(OptimizerLatency, IsNoSlowerThanTheSchedulesOfLeastTraffic) {
  for (const Layer& layer :
       {square_layer(20, 24, 10, 3), square_layer(3, 16, 9, 5), square_layer(200, 100, 1, 1)}) {
    for (const int64_t buffer_bytes : {1500, 8192}) {
      OptimizerOptions options;
      options.buffer_bytes = buffer_bytes;
      options.objective = std::make_shared<LeastLatency>(kTiming);
      const OptimizerResult fastest = optimize(layer, options);
      fastest.schedule.validate(layer, "optimizer");
      EXPECT_LE(fastest.prediction.buffer.total(), buffer_bytes);
      EXPECT_EQ(fastest.latency.cycles, cycles_of(layer, fastest.schedule));
      EXPECT_GE(fastest.latency.cycles, fastest.latency_bound);
      EXPECT_FALSE(fastest.optimal) << "nothing is proven of cycles";
      options.objective = nullptr;
      for (const bool twice : {false, true}) {
        options.double_buffer = {twice, twice, twice};
        const OptimizerResult least = optimize(layer, options);
        EXPECT_LE(fastest.latency.cycles, cycles_of(layer, least.schedule)) << buffer_bytes << " " << twice;
        EXPECT_GE(fastest.prediction.traffic.total(), least.proven_bound);
      }
    }
  }
}

TEST(OptimizerLatency, KeepsToConstraintsAndRequiredDoubleBuffers) {
  const Layer layer = square_layer(64, 64, 14, 3);
  OptimizerOptions options;
  options.buffer_bytes = 16384;
  options.objective = std::make_shared<LeastLatency>(kTiming);
  options.double_buffer[index(Tensor::weight)] = true;
  options.constraints.tile_multiple[index(Dim::K)] = 24;
  options.constraints.outer_loops = {{Dim::OY, 7}};
  options.constraints.capacity_bytes[index(Tensor::input)] = 3000;
  const OptimizerResult result = optimize(layer, options);
  EXPECT_TRUE(result.schedule.double_buffer[index(Tensor::weight)]);
  EXPECT_TRUE(options.constraints.allow(layer, result.schedule));
  EXPECT_LE(result.prediction.buffer.total(), options.buffer_bytes);
}

TEST(OptimizerLatency, BoundIsBelowTheEstimateOfAnySchedule) {
  constexpr uint64_t kSeed = 31;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 5000 && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random);
    MachineTiming timing;
    timing.mac_rows = 1 + static_cast<int64_t>(random() % 8);
    timing.mac_columns = 1 + static_cast<int64_t>(random() % 8);
    const WalkedArray array = random_array(random);
    timing.array_modes = array.modes;
    timing.input_port_bytes = array.input_port;
    timing.weight_port_bytes = array.weight_port;
    timing.accumulator_port_bytes = array.accumulator_port;
    timing.memory_bytes_per_cycle = 0.25 * static_cast<double>(1 + random() % 64);
    timing.memory_latency_cycles = static_cast<double>(random() % 50);
    const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
    EXPECT_LE(latency_bound(drawn.layer, timing),
              estimate_latency(drawn.layer, drawn.schedule, traffic, timing).cycles)
        << to_json_text(drawn);
  }
}

}  // namespace
}  // namespace hwcvp
