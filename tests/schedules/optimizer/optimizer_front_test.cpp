// The search for the front of bytes and cycles.
#include <gtest/gtest.h>

#include <iostream>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "schedules/latency/latency_model.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/front.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

const MachineTiming kTiming;

OptimizerResult search(const Layer& layer, const OptimizerOptions& options,
                       std::shared_ptr<const Objective> objective) {
  OptimizerOptions asked = options;
  asked.objective = std::move(objective);
  return optimize(layer, asked);
}

// That each point is a schedule to choose from, with the bytes and cycles that the models say.
void expect_sound(const Layer& layer, const OptimizerOptions& options, const OptimizerResult& result) {
  ASSERT_FALSE(result.front.empty());
  for (size_t i = 0; i < result.front.size(); ++i) {
    const FrontPoint& point = result.front[i];
    point.schedule.validate(layer, "front");
    EXPECT_TRUE(options.constraints.allow(layer, point.schedule));
    const Prediction prediction = predict_exact(layer, point.schedule);
    EXPECT_EQ(point.prediction.traffic, prediction.traffic);
    EXPECT_EQ(point.prediction.buffer, prediction.buffer);
    EXPECT_LE(prediction.buffer.total(), options.buffer_bytes);
    EXPECT_EQ(point.cost, options.constraints.prices.cost(prediction.traffic));
    EXPECT_EQ(point.cycles, estimate_latency(layer, point.schedule, prediction.traffic, kTiming).cycles);
    for (size_t t = 0; t < kTensorCount; ++t) {
      EXPECT_GE(point.schedule.double_buffer[t], options.double_buffer[t]);
    }
    if (i == 0) continue;
    EXPECT_LT(result.front[i - 1].cycles, point.cycles);
    EXPECT_GT(result.front[i - 1].cost, point.cost);
  }
  EXPECT_EQ(result.front.back().schedule, result.schedule);
  EXPECT_EQ(result.front.back().cycles, result.latency.cycles);
  EXPECT_GE(result.front.front().cycles, result.latency_bound);
  EXPECT_GE(result.front.back().cost, result.proven_cost);
}

// The least cost of a front within a limit of cycles.
int64_t cost_within(const OptimizerResult& result, double limit) {
  int64_t cost = std::numeric_limits<int64_t>::max();
  for (const FrontPoint& point : result.front) {
    if (static_cast<double>(point.cycles) <= limit) cost = point.cost;
  }
  return cost;
}

TEST(OptimizerFront, EndsWhereTheOtherObjectivesEnd) {
  Layer strided;
  strided.in_channels = 24;
  strided.out_channels = 40;
  strided.in_height = strided.in_width = 14;
  strided.kernel_shape = {3, 3};
  strided.pads = {1, 1, 1, 1};
  strided.strides = {2, 2};
  Layer whole = strided;
  whole.strides = {1, 1};
  whole.out_channels = 64;
  for (const Layer& layer : {strided, whole}) {
    for (const int64_t buffer_bytes : {2048, 16384}) {
      OptimizerOptions options;
      options.buffer_bytes = buffer_bytes;
      const OptimizerResult front = search(layer, options, std::make_shared<Front>(kTiming));
      expect_sound(layer, options, front);
      const OptimizerResult traffic = search(layer, options, nullptr);
      EXPECT_EQ(front.cost, traffic.cost);
      EXPECT_EQ(front.proven_cost, traffic.proven_cost);
      EXPECT_EQ(front.optimal, traffic.optimal);
      const OptimizerResult fastest = search(layer, options, std::make_shared<LeastLatency>(kTiming));
      EXPECT_LE(static_cast<double>(front.front.front().cycles),
                1.05 * static_cast<double>(fastest.latency.cycles));
      const OptimizerResult balanced = search(layer, options, std::make_shared<Balanced>(kTiming));
      EXPECT_LE(static_cast<double>(cost_within(front, static_cast<double>(balanced.latency.cycles))),
                1.02 * static_cast<double>(balanced.cost));
    }
  }
}

TEST(OptimizerFront, FillsTheGapBetweenItsEnds) {
  for (const Layer& layer : builtin_network("vgg16").layers) {
    if (layer.name != "conv4_1") continue;
    OptimizerOptions options;
    options.buffer_bytes = 65536;
    const OptimizerResult result = search(layer, options, std::make_shared<Front>(kTiming));
    expect_sound(layer, options, result);
    EXPECT_GE(result.front.size(), 8U);
    EXPECT_EQ(result.cost, 5'325'312);
    // What whole tiles of 16 channels take.
    EXPECT_LE(cost_within(result, 4'100'000), 6'210'000);
  }
}

TEST(OptimizerFront, IsSoundOnRandomLayersUnderConstraints) {
  constexpr uint64_t kSeed = 23;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 12; ++i) {
    const Layer layer = random_case(random).layer;
    OptimizerOptions options;
    options.buffer_bytes = 256 << random() % 7;
    options.double_buffer[random() % kTensorCount] = random() % 3 == 0;
    if (random() % 3 == 0) options.constraints.tile_multiple[index(Dim::K)] = 2;
    if (random() % 4 == 0) options.constraints.prices.psum_write = 3;
    if (random() % 4 == 0) options.constraints.buffer_level[index(Tensor::weight)] = 1;
    SCOPED_TRACE("layer " + std::to_string(i));
    try {
      expect_sound(layer, options, search(layer, options, std::make_shared<Front>(kTiming)));
    } catch (const NothingFits&) {
      EXPECT_THROW(search(layer, options, nullptr), NothingFits);
    }
  }
}

TEST(OptimizerFront, IsSoundWhereTimeIsShort) {
  const Layer layer = builtin_network("alexnet").layers[0];
  for (const double seconds : {0.02, 0.3, 2.0}) {
    OptimizerOptions options;
    options.buffer_bytes = 65536;
    options.time_limit_seconds = seconds;
    expect_sound(layer, options, search(layer, options, std::make_shared<Front>(kTiming)));
  }
}

}  // namespace
}  // namespace hwcvp
