// The predictor's MAC array against a walk over its steps, and what it says of layers.
#include "schedules/latency/mac_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>
#include <tuple>
#include <vector>

#include "schedules/latency/compute_work.h"
#include "schedules/latency/firmware_walk.h"
#include "schedules/networks/network.h"
#include "tests/support/array_walk.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

using latency::ArrayUse;
using latency::compute_work;
using latency::ComputeWork;
using latency::Engine;
using latency::FirmwareWalk;
using latency::MacArray;

MachineTiming timing_of(const WalkedArray& array) {
  MachineTiming timing;
  timing.mac_rows = array.rows;
  timing.mac_columns = array.columns;
  timing.array_modes = array.modes;
  timing.input_port_bytes = array.input_port;
  timing.weight_port_bytes = array.weight_port;
  timing.accumulator_port_bytes = array.accumulator_port;
  return timing;
}

PerDim<int64_t> random_counts(std::mt19937_64& random, const Layer& layer) {
  PerDim<int64_t> counts = layer.extents();
  for (int64_t& count : counts) count = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(count));
  return counts;
}

TEST(MacArray, TakesTheCyclesOfAWalkInEveryMode) {
  constexpr uint64_t kSeed = 51;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 3000 && !HasFailure(); ++i) {
    WalkedArray array = random_array(random);
    const Layer layer = random_case(random).layer;
    const PerDim<int64_t> counts = random_counts(random, layer);
    Layer lines = layer;  // whose gaps do not travel
    for (size_t axis = 0; axis < 2; ++axis) {
      if (layer.kernel_shape[axis] == 1) lines.strides[axis] = 1;
    }
    const ArrayUse use = MacArray(layer, timing_of(array)).use(counts);
    EXPECT_EQ(use.cycles(), walked_cycles(array, lines, counts)) << layer.name << ' ' << array.mode_names();
    EXPECT_TRUE(array.modes[index(use.mode)]);
    for (size_t mode = 0; mode < array.modes.size(); ++mode) {
      array.modes.fill(false);
      array.modes[mode] = true;
      EXPECT_EQ(MacArray(layer, timing_of(array)).use(counts).cycles(), walked_cycles(array, lines, counts))
          << array.mode_names();
    }
  }
}

// The sums over the sizes of tiles against the commands one by one.
TEST(MacArray, WorkOfAScheduleIsThatOfItsCommands) {
  constexpr uint64_t kSeed = 52;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random);
    MachineTiming timing = timing_of(random_array(random));
    if (i % 5 == 0) timing.vector = VectorTiming{};
    FirmwareWalk walk(drawn.layer, drawn.schedule, timing, FirmwareWalk::Extent::whole);
    walk.run();
    const ComputeWork work = compute_work(drawn.layer, drawn.schedule, timing);
    EXPECT_EQ(work.commands, static_cast<double>(walk.steps()));
    EXPECT_NEAR(work.cycles() + work.commands * timing.compute_start_cycles,
                walk.engines().busy(Engine::compute), 1e-6 * work.cycles())
        << to_json_text(drawn);
  }
}

TEST(MacArray, NoScheduleUndercutsTheLeastCycles) {
  constexpr uint64_t kSeed = 53;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  double closest = 0;
  for (int i = 0; i < 10000 && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random);
    MachineTiming timing = timing_of(random_array(random));
    if (i % 10 == 0) timing.vector = VectorTiming{};
    const auto least = static_cast<double>(least_array_cycles(drawn.layer, timing));
    const ComputeWork work = compute_work(drawn.layer, drawn.schedule, timing);
    const double taken = work.cycles() + work.commands * timing.compute_start_cycles;
    EXPECT_LE(least, taken) << to_json_text(drawn);
    closest = std::max(closest, least / taken);
  }
  EXPECT_EQ(closest, 1) << "some schedule needs no more";
}

// Of a single mode it is what the layer takes in one tile whose ports hold up nothing.
TEST(MacArray, LeastCyclesOfOneModeAreThoseOfOneTile) {
  constexpr uint64_t kSeed = 54;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 2000 && !HasFailure(); ++i) {
    const Layer layer = random_case(random).layer;
    WalkedArray array = random_array(random);
    array.modes.fill(false);
    array.modes[random() % array.modes.size()] = true;
    array.input_port = array.weight_port = array.accumulator_port = 1 << 30;
    const MachineTiming timing = timing_of(array);
    EXPECT_EQ(least_array_cycles(layer, timing), 8 + MacArray(layer, timing).use(layer.extents()).array);
  }
}

Layer layer_named(const char* network, const std::string& name) {
  for (const Layer& layer : builtin_network(network).layers) {
    if (layer.name == name) return layer;
  }
  ADD_FAILURE() << name;
  return {};
}

// Multiply-accumulates per cycle of tiles of the multiples, each as often as it is at most and fits.
double rate_of_multiples(const Layer& layer, const MachineTiming& timing, const PerDim<int64_t>& multiples) {
  PerDim<int64_t> counts{};
  double macs = 1;
  for (size_t dim = 0; dim < kDimCount; ++dim) {
    const int64_t extent = layer.extent(kDims[dim]);
    EXPECT_GE(multiples[dim], 1);
    EXPECT_LE(multiples[dim], extent);
    counts[dim] = multiples[dim] * std::max<int64_t>(1, std::min<int64_t>(extent / multiples[dim], 4));
    macs *= static_cast<double>(counts[dim]);
  }
  return macs / static_cast<double>(MacArray(layer, timing).use(counts).cycles());
}

TEST(MacArray, MultiplesFillTheArray) {
  const MachineTiming timing;
  for (const auto& [network, name, least] : {std::tuple{"alexnet", "conv1", 250.0},
                                             {"vgg16", "conv1_1", 250.0},
                                             {"vgg16", "conv4_1", 256.0},
                                             {"mobilenetv2", "block_2_depthwise", 140.0},
                                             {"mobilenetv2", "block_2_expand", 256.0}}) {
    const Layer layer = layer_named(network, name);
    const std::vector<PerDim<int64_t>> choices = array_multiples(layer, timing);
    ASSERT_FALSE(choices.empty());
    double best = 0;
    for (const PerDim<int64_t>& multiples : choices) {
      best = std::max(best, rate_of_multiples(layer, timing, multiples));
    }
    EXPECT_GE(best, least) << name;
  }
  MachineTiming vector;
  vector.vector = VectorTiming{};
  EXPECT_TRUE(array_multiples(layer_named("alexnet", "conv1"), vector).empty());
}

// The table of docs/datapath.md.
TEST(MacArray, ExamplesOfTheDocumentation) {
  const struct {
    const char* network;
    const char* layer;
    std::array<double, 4> macs_per_cycle;  // by mode
    bool input_port;                       // holds up the fastest; else the array
  } kExamples[] = {{"alexnet", "conv1", {48, 47.8, 254.7, 26.0}, false},
                   {"vgg16", "conv1_1", {48, 48, 256, 144}, false},
                   {"mobilenetv2", "block_2_depthwise", {1, 16, 16, 144}, false},
                   {"mobilenetv2", "block_1_depthwise", {1, 16, 16, 68.9}, true},
                   {"mobilenetv2", "block_2_expand", {192, 192, 256, 16}, false},
                   {"alexnet", "fc6", {256, 16, 16, 1}, false}};
  for (const auto& example : kExamples) {
    const Layer layer = layer_named(example.network, example.layer);
    for (const ArrayMode mode : kArrayModes) {
      MachineTiming timing;
      timing.array_modes.fill(false);
      timing.array_modes[index(mode)] = true;
      const int64_t cycles = MacArray(layer, timing).use(layer.extents()).cycles();
      EXPECT_NEAR(static_cast<double>(layer.macs()) / static_cast<double>(cycles),
                  example.macs_per_cycle[index(mode)], 0.05)
          << layer.name;
    }
    const ArrayUse use = MacArray(layer, MachineTiming()).use(layer.extents());
    EXPECT_EQ(example.input_port ? use.input : use.array, use.cycles()) << layer.name;
    EXPECT_EQ(example.input_port, use.array < use.cycles()) << layer.name;
  }
}

}  // namespace
}  // namespace hwcvp
