// The search for few bus bytes.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "schedules/bursts/burst_model.h"
#include "schedules/optimizer/objectives/least_bus_bytes.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

constexpr int64_t kBusWidth = 16;

// In the best of two layouts for all tensors together.
BusCounter counter() {
  BusCounter counter;
  counter.cost = [](const Layer& layer, const Schedule& schedule) {
    const TensorBases bases = {0, 1 << 20, 2 << 20, 3 << 20, 4 << 20};
    BusCost least;
    for (const char* name : {"nchw", "nhwc"}) {
      const TensorLayout layout = parse_layout(name, "test");
      const BurstCounts counts =
          predict_bursts(layer, schedule, {layout, layout, layout}, bases, {256, false, kBusWidth});
      const BusTraffic bus = bus_traffic(counts, kBusWidth);
      const BusCost cost = {bus.bus_bytes.total(), bus.bursts.total()};
      if (least.bus_bytes == 0 || cost < least) least = cost;
    }
    return least;
  };
  counter.machine = "test";
  return counter;
}

const auto kLeastTraffic = std::make_shared<LeastTraffic>();
const auto kLeastBusBytes = std::make_shared<LeastBusBytes>(counter());

OptimizerOptions options_for(int64_t buffer_bytes, const std::shared_ptr<const Objective>& objective) {
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  options.objective = objective;
  return options;
}

Layer square_layer(int64_t channels, int64_t size, int64_t kernel) {
  Layer layer;
  layer.in_channels = layer.out_channels = channels;
  layer.in_height = layer.in_width = size;
  layer.kernel_shape = {kernel, kernel};
  layer.pads = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
  return layer;
}

TEST(OptimizerBus, TakesNoMoreThanTheScheduleOfLeastTraffic) {
  constexpr uint64_t kSeed = 12;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  int better = 0;
  for (int i = 0; i < 5; ++i) {
    const Layer layer = random_case(random).layer;
    SCOPED_TRACE(to_json_text({layer, {}}));
    const int64_t buffer_bytes = 100 + static_cast<int64_t>(random() % 400);
    OptimizerResult least;
    try {
      least = optimize(layer, options_for(buffer_bytes, kLeastTraffic));
    } catch (const NothingFits&) {
      EXPECT_THROW(optimize(layer, options_for(buffer_bytes, kLeastBusBytes)), NothingFits);
      continue;
    }
    const OptimizerResult found = optimize(layer, options_for(buffer_bytes, kLeastBusBytes));
    found.schedule.validate(layer, "optimizer");
    EXPECT_LE(found.prediction.buffer.total(), buffer_bytes);
    EXPECT_EQ(found.bus.bus_bytes, counter().cost(layer, found.schedule)->bus_bytes);
    const BusCost before = counter().cost(layer, least.schedule).value();
    EXPECT_LE(found.bus.bus_bytes, before.bus_bytes);
    better += found.bus.bus_bytes < before.bus_bytes ? 1 : 0;
    // A bound on useful bytes is one on bus bytes.
    EXPECT_EQ(found.proven_bound, least.proven_bound);
    EXPECT_GE(found.bus.bus_bytes, found.prediction.traffic.total());
    EXPECT_GE(found.prediction.traffic.total(), found.proven_bound);
    EXPECT_EQ(found.optimal, found.bus.bus_bytes == found.proven_bound);
  }
  EXPECT_GT(better, 0);
}

// A layer none of whose schedules can be counted is refused rather than given a number.
TEST(OptimizerBus, RefusesALayerOfWhichNothingIsCounted) {
  BusCounter never;
  never.cost = [](const Layer&, const Schedule&) { return std::optional<BusCost>(); };
  never.machine = "none";
  OptimizerOptions options;
  options.buffer_bytes = 3000;
  options.objective = std::make_shared<LeastBusBytes>(never);
  EXPECT_THROW(optimize(square_layer(4, 8, 3), options), InputError);
}

// Pieces of a line move their ends in words of the bus, whole lines do not.
TEST(OptimizerBus, GivesUsefulBytesForFewerWords) {
  const Layer layer = square_layer(24, 30, 3);
  const OptimizerResult least = optimize(layer, options_for(3000, kLeastTraffic));
  const OptimizerResult found = optimize(layer, options_for(3000, kLeastBusBytes));
  const int64_t before = counter().cost(layer, least.schedule)->bus_bytes;
  EXPECT_LT(found.bus.bus_bytes, before);
  EXPECT_GE(found.prediction.traffic.total(), least.prediction.traffic.total());
  std::cout << before << " bus bytes of the schedule of least traffic, " << found.bus.bus_bytes << " found\n";
}

// Bytes are no cost where prices are not all one.
TEST(OptimizerBus, ProvesNoMoreCostThanTheScheduleHas) {
  const Layer layer = square_layer(24, 14, 3);
  OptimizerOptions options = options_for(3000, kLeastTraffic);
  options.constraints.prices = {1, 0, 0, 0, 0};
  const OptimizerResult least = optimize(layer, options);
  options.objective = kLeastBusBytes;
  const OptimizerResult found = optimize(layer, options);
  EXPECT_LE(found.proven_cost, least.cost);
  EXPECT_GE(found.proven_cost, least.proven_cost);
  EXPECT_GT(found.proven_bound, found.proven_cost);
}

TEST(OptimizerBus, KeepsToConstraints) {
  const Layer layer = square_layer(48, 14, 3);
  OptimizerOptions options = options_for(8192, kLeastBusBytes);
  options.double_buffer[index(Tensor::weight)] = true;
  options.constraints.tile_multiple[index(Dim::K)] = 24;
  options.constraints.outer_loops = {{Dim::OY, 7}};
  options.constraints.buffer_level[index(Tensor::output)] = 3;
  const OptimizerResult found = optimize(layer, options);
  EXPECT_TRUE(options.constraints.allow(layer, found.schedule));
  EXPECT_TRUE(found.schedule.double_buffer[index(Tensor::weight)]);
  EXPECT_LE(found.prediction.buffer.total(), options.buffer_bytes);
}

}  // namespace
}  // namespace hwcvp
