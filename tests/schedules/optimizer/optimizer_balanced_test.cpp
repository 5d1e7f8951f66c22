// The search for the least bytes at nearly full speed.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <vector>

#include "schedules/networks/network.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/optimizer/search/rough_front.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {
namespace {

const MachineTiming kTiming;

Layer layer_of(const std::string& network, const std::string& name) {
  for (const Layer& layer : builtin_network(network).layers) {
    if (layer.name == name) return layer;
  }
  throw std::invalid_argument(network + " has no layer " + name);
}

std::vector<Layer> some_layers() {
  Layer depthwise;
  depthwise.in_channels = depthwise.out_channels = depthwise.group = 24;
  depthwise.in_height = depthwise.in_width = 14;
  depthwise.kernel_shape = {3, 3};
  depthwise.pads = {1, 1, 1, 1};
  Layer strided = depthwise;
  strided.group = 1;
  strided.strides = {2, 2};
  strided.out_channels = 40;
  return {depthwise, strided, layer_of("vgg16", "conv5_1")};
}

OptimizerResult search(const Layer& layer, int64_t buffer_bytes, std::shared_ptr<const Objective> objective,
                       double seconds = 0) {
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  options.objective = std::move(objective);
  options.time_limit_seconds = seconds;
  return optimize(layer, options);
}

void expect_sound(const Layer& layer, const OptimizerResult& result, int64_t buffer_bytes) {
  result.schedule.validate(layer, "optimizer");
  EXPECT_LE(result.prediction.buffer.total(), buffer_bytes);
  const Traffic traffic = predict_exact(layer, result.schedule).traffic;
  EXPECT_EQ(result.prediction.traffic.total(), traffic.total());
  EXPECT_EQ(result.latency.cycles, estimate_latency(layer, result.schedule, traffic, kTiming).cycles);
  EXPECT_GE(result.latency.cycles, result.latency_bound);
  EXPECT_GE(traffic.total(), result.proven_bound);
}

TEST(OptimizerBalanced, LiesBetweenLeastTrafficAndLeastLatency) {
  for (const Layer& layer : some_layers()) {
    for (const int64_t buffer_bytes : {4096, 65536}) {
      const OptimizerResult traffic = search(layer, buffer_bytes, nullptr);
      const OptimizerResult fastest = search(layer, buffer_bytes, std::make_shared<LeastLatency>(kTiming));
      const OptimizerResult balanced = search(layer, buffer_bytes, std::make_shared<Balanced>(kTiming));
      expect_sound(layer, balanced, buffer_bytes);
      const int64_t least_traffic_cycles =
          estimate_latency(layer, traffic.schedule, traffic.prediction.traffic, kTiming).cycles;
      EXPECT_LE(balanced.latency.cycles, least_traffic_cycles);
      EXPECT_LE(fastest.latency.cycles, balanced.latency.cycles);
      EXPECT_LE(static_cast<double>(balanced.latency.cycles),
                1.10 * static_cast<double>(fastest.latency.cycles));
      EXPECT_GE(balanced.cost, traffic.cost);
      EXPECT_EQ(balanced.proven_cost, traffic.proven_cost);
      if (balanced.optimal) {
        EXPECT_EQ(balanced.cost, traffic.cost);
      }
    }
  }
}

TEST(OptimizerBalanced, TakesTheLeastTrafficWhereAnyNumberOfCyclesWillDo) {
  for (const Layer& layer : some_layers()) {
    const OptimizerResult traffic = search(layer, 4096, nullptr);
    const OptimizerResult balanced = search(layer, 4096, std::make_shared<Balanced>(kTiming, 1e6));
    EXPECT_EQ(balanced.cost, traffic.cost);
    EXPECT_EQ(balanced.optimal, traffic.optimal);
  }
}

TEST(OptimizerBalanced, FindsFewBytesAtFullSpeed) {
  const Layer layer = layer_of("vgg16", "conv4_2");
  const OptimizerResult balanced = search(layer, 65536, std::make_shared<Balanced>(kTiming));
  EXPECT_LE(balanced.latency.cycles, 7'600'000);
  EXPECT_LE(balanced.prediction.traffic.total(), 12'300'000) << "whole tiles of 16 channels take 13.3 MB";
}

TEST(OptimizerBalanced, KeepsToConstraintsAndRequiredDoubleBuffers) {
  const Layer layer = some_layers()[1];
  OptimizerOptions options;
  options.buffer_bytes = 8192;
  options.objective = std::make_shared<Balanced>(kTiming);
  options.double_buffer[index(Tensor::weight)] = true;
  options.constraints.tile_multiple[index(Dim::K)] = 12;
  options.constraints.outer_loops = {{Dim::OY, 4}};
  options.constraints.capacity_bytes[index(Tensor::input)] = 3000;
  const OptimizerResult result = optimize(layer, options);
  EXPECT_TRUE(result.schedule.double_buffer[index(Tensor::weight)]);
  EXPECT_TRUE(options.constraints.allow(layer, result.schedule));
  EXPECT_LE(result.prediction.buffer.total(), options.buffer_bytes);
}

// Not the time, which other processes take as well; limits_test measures that.
TEST(OptimizerBalanced, IsSoundAndNoSlowerThanTheQuickestStartWhereTimeIsShort) {
  const Layer layer = layer_of("alexnet", "conv1");
  const OptimizerResult traffic = search(layer, 65536, nullptr, 1e-9);  // the quickest start
  const int64_t cycles =
      estimate_latency(layer, traffic.schedule, traffic.prediction.traffic, kTiming).cycles;
  for (const double seconds : {0.5, 3.0}) {
    const OptimizerResult balanced = search(layer, 65536, std::make_shared<Balanced>(kTiming), seconds);
    expect_sound(layer, balanced, 65536);
    const OptimizerResult fastest = search(layer, 65536, std::make_shared<LeastLatency>(kTiming), seconds);
    expect_sound(layer, fastest, 65536);
    EXPECT_LE(fastest.latency.cycles, cycles) << seconds;
  }
}

TEST(RoughFront, KeepsWhatIsNotDominated) {
  constexpr uint32_t kSeed = 5;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    optimizer::RoughFront front;
    std::vector<optimizer::RoughSchedule> offered;
    for (int i = 0; i < 100; ++i) {
      optimizer::RoughSchedule next;
      next.cost = static_cast<int64_t>(random() % 1000);
      next.cycles = 1000 + static_cast<double>(random() % 1000);
      front.offer(next);
      offered.push_back(next);
    }
    for (size_t i = 1; i < front.all().size(); ++i) {
      EXPECT_LT(front.all()[i - 1].cycles, front.all()[i].cycles);
      EXPECT_GT(front.all()[i - 1].cost, front.all()[i].cost);
    }
    for (const optimizer::RoughSchedule& one : offered) {
      const size_t within = front.count_within(1.001 * one.cycles);
      ASSERT_GT(within, 0U);
      EXPECT_LE(front.all()[within - 1].cost, one.cost);
    }
  }
}

}  // namespace
}  // namespace hwcvp
