// The parts of the latency model, and its shortcuts against the walk without them. The model as a whole is
// set against the machine in latency_test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>
#include <vector>

#include "schedules/latency/engines.h"
#include "schedules/latency/firmware_costs.h"
#include "schedules/latency/firmware_walk.h"
#include "schedules/latency/latency_model.h"
#include "schedules/latency/timeline.h"
#include "schedules/latency/transfer.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

using latency::Box;
using latency::Burst;
using latency::Command;
using latency::Engine;
using latency::Engines;
using latency::FirmwareWalk;
using latency::Payload;
using latency::Timeline;
using latency::Transfer;

TEST(Timeline, ServesInOrderAndFillsGaps) {
  Timeline timeline;
  EXPECT_EQ(timeline.reserve(10, 5), 10);
  EXPECT_EQ(timeline.reserve(12, 5), 15) << "behind the one before";
  EXPECT_EQ(timeline.reserve(30, 5), 30);
  EXPECT_EQ(timeline.reserve(0, 4), 0) << "the first gap that is long enough";
  EXPECT_EQ(timeline.reserve(1, 7), 20) << "[4, 10) is too short, [20, 30) is not";
  EXPECT_EQ(timeline.reserve(1, 4), 4);
  EXPECT_EQ(timeline.reserve(1, 4), 35) << "only [8, 10) and [27, 30) are left";
}

std::vector<Burst> bursts(Transfer transfer, int64_t max_burst_bytes, bool aligned) {
  std::vector<Burst> result;
  while (!transfer.done()) {
    result.push_back(transfer.burst(max_burst_bytes, aligned));
    transfer.advance(result.back().bytes);
  }
  return result;
}

// Every byte of a random box, of a tensor with gaps or blocks, is moved once, by bursts that keep to their
// multiple; skipping comes to the same place as moving.
TEST(Transfer, MovesEveryByteOfABoxOnce) {
  constexpr uint64_t kSeed = 5;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  const auto draw = [&random](int64_t most) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
  };
  for (int i = 0; i < 2000 && !HasFailure(); ++i) {
    TensorInMemory tensor;
    Box box;
    tensor.base = draw(500);
    tensor.element_bytes = int64_t{1} << draw(2);
    const auto blocked_axis = static_cast<size_t>(draw(2 * latency::kAxes));  // none, for half of the cases
    int64_t stride = tensor.element_bytes;
    if (blocked_axis < latency::kAxes) {
      const int64_t size = draw(3) + 1;
      tensor.strides.blocks = {blocked_axis, size, 0};
      tensor.strides.stride[blocked_axis] = stride;
      stride *= size;
    }
    for (size_t axis = latency::kAxes; axis-- > 0;) {
      const int64_t extent = draw(axis == blocked_axis ? 9 : 5);
      box.count[axis] = draw(extent);
      box.start[axis] = draw(extent - box.count[axis] + 1) - 1;
      (axis == blocked_axis ? tensor.strides.blocks->stride : tensor.strides.stride[axis]) = stride;
      stride *= extent + (draw(4) == 1 ? 1 : 0);
    }
    std::vector<int64_t> expected;
    std::vector<int64_t> offsets = {tensor.base};
    for (size_t axis = 0; axis < latency::kAxes; ++axis) {
      std::vector<int64_t> next;
      for (const int64_t offset : offsets) {
        for (int64_t j = 0; j < box.count[axis]; ++j)
          next.push_back(offset + tensor.strides.offset(axis, box.start[axis] + j));
      }
      offsets = next;
    }
    for (const int64_t offset : offsets) {
      for (int64_t b = 0; b < tensor.element_bytes; ++b) expected.push_back(offset + b);
    }
    std::sort(expected.begin(), expected.end());
    const int64_t burst_bytes = int64_t{1} << draw(6);
    const bool aligned = draw(2) == 1;
    std::vector<int64_t> moved;
    Payload payload;
    payload.tensor = &tensor;
    payload.box = box;
    const Transfer transfer(payload);
    for (const Burst& burst : bursts(transfer, burst_bytes, aligned)) {
      EXPECT_EQ(burst.address / burst_bytes, (burst.address + burst.bytes - 1) / burst_bytes);
      if (aligned) {
        EXPECT_EQ(burst.bytes & (burst.bytes - 1), 0);
        EXPECT_EQ(burst.address % burst.bytes, 0);
      }
      for (int64_t b = 0; b < burst.bytes; ++b) moved.push_back(burst.address + b);
    }
    std::vector<int64_t> sorted = moved;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, expected);

    const int64_t bytes = transfer.bytes_left();
    if (!tensor.strides.blocks) {
      EXPECT_EQ(bytes, static_cast<int64_t>(moved.size()));
    }
    const int64_t passed = draw(bytes) - 1;
    Transfer skipped = transfer;
    if (passed > 0) skipped.skip(passed);
    EXPECT_EQ(skipped.bytes_passed(), passed);
    EXPECT_EQ(skipped.burst(burst_bytes, false).address, moved[static_cast<size_t>(passed)]);
  }
}

Command computes(double visible, double cycles, int64_t loads) {
  Command command;
  command.visible = visible;
  command.least_cycles = cycles;
  command.wait = {loads, 0, 0};
  return command;
}

Command moves(double visible, int64_t bytes, int64_t computed = 0) {
  Command command;
  command.visible = visible;
  command.wait = {0, computed, 0};
  command.payload.bytes = bytes;
  return command;
}

// Of one burst of 64 bytes: issue, decoding, four beats on the bus, latency of the memory, transfer.
constexpr double kBurst = 1 + 1 + 4 + 30 + 4;

TEST(Engines, CommandsWaitForOneAnother) {
  const MachineTiming timing;
  Engines engines(timing);
  engines.push(Engine::load, moves(100, 64));
  engines.push(Engine::compute, computes(0, 50, 1));
  engines.push(Engine::compute, computes(0, 50, 1));
  engines.push(Engine::store, moves(0, 64, 1));
  engines.push(Engine::load, moves(100, 64, 2));
  EXPECT_EQ(engines.finish(), 100 + kBurst + 50 + 50 + kBurst);
  EXPECT_EQ(engines.done(Engine::load), 2);
  EXPECT_EQ(engines.busy(Engine::load), 2 * kBurst);
  EXPECT_EQ(engines.busy(Engine::compute), 100);
  EXPECT_EQ(engines.busy(Engine::store), kBurst);
}

TEST(Engines, AreFollowedOnlyAsFarAsAskedFor) {
  const MachineTiming timing;
  Engines engines(timing);
  for (int i = 0; i < 5; ++i) engines.push(Engine::compute, computes(0, 10, 0));
  engines.advance(30);
  EXPECT_EQ(engines.done(Engine::compute), 2);
  engines.advance(30.5);
  EXPECT_EQ(engines.done(Engine::compute), 3);
}

TEST(Engines, TellWhenAFifoIsHalfFree) {
  MachineTiming timing;
  timing.fifo_depth = 4;
  Engines engines(timing);
  for (int i = 0; i < 4; ++i) engines.push(Engine::compute, computes(0, 10, 0));
  EXPECT_EQ(engines.await_half_free(Engine::compute, 0), 10) << "the second has begun, two wait";
  EXPECT_EQ(engines.await_half_free(Engine::compute, 12), 12) << "as before";
}

// A transfer that has the memory for itself is not followed burst by burst; one beside a second engine is.
TEST(Engines, LongTransfersTakeAsLongAsTheBusIsHeld) {
  const MachineTiming timing;
  const int64_t bytes = int64_t{100} << 20;
  Engines alone(timing);
  alone.push(Engine::load, moves(0, bytes));
  const double held = static_cast<double>(bytes) / static_cast<double>(timing.bus_bytes);
  EXPECT_NEAR(alone.finish(), held, 1e-3 * held);

  Engines together(timing);
  together.push(Engine::load, moves(0, 1 << 20));
  together.push(Engine::store, moves(0, 1 << 20));
  const double both = 2 * (1 << 20) / 16.0;
  EXPECT_NEAR(together.finish(), both, 0.02 * both);
}

MachineTiming emulated() {
  MachineTiming timing;
  timing.instruction_cycles = 0.5;
  timing.firmware = latency::kMeasuredFirmwareCosts;
  return timing;
}

// Larger than random_case() draws, so that there are iterations to leave out.
RandomCase large_case(std::mt19937_64& random) {
  const auto draw = [&random](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  };
  RandomCase drawn;
  Layer& layer = drawn.layer;
  layer.in_channels = draw(1, 300);
  layer.out_channels = draw(1, 300);
  layer.in_height = draw(1, 60);
  layer.in_width = draw(1, 60);
  for (size_t axis = 0; axis < 2; ++axis) {
    layer.kernel_shape[axis] = 1 + 2 * draw(0, 1);
    layer.strides[axis] = draw(1, 2);
    layer.pads[axis] = layer.pads[axis + 2] = layer.kernel_shape[axis] / 2;
  }
  PerDim<int64_t> left = layer.extents();
  int64_t steps = 1;
  for (int64_t i = 0; i < 6; ++i) {
    const Dim dim = kDims[static_cast<size_t>(draw(0, kDimCount - 1))];
    const int64_t tile = std::max<int64_t>(1, left[index(dim)] / draw(1, 40));
    if (tile == left[index(dim)]) continue;
    const int64_t trips = (left[index(dim)] + tile - 1) / tile;
    if (steps * trips > 100000) continue;
    steps *= trips;
    left[index(dim)] = tile;
    drawn.schedule.loops.push_back({dim, tile});
  }
  for (const Tensor tensor : kTensors) {
    drawn.schedule.buffer_level[index(tensor)] =
        static_cast<int>(draw(0, static_cast<int64_t>(drawn.schedule.loops.size())));
    drawn.schedule.double_buffer[index(tensor)] = draw(0, 1) == 1;
  }
  return drawn;
}

TEST(FirmwareWalk, IterationsLeftOutChangeLittle) {
  constexpr uint64_t kSeed = 17;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  const MachineTiming timing = emulated();
  int64_t walked = 0;
  int64_t all = 0;
  double errors = 0;
  double worst = 0;
  constexpr int kCases = 20;
  for (int i = 0; i < kCases && !HasFailure(); ++i) {
    const RandomCase drawn = large_case(random);
    FirmwareWalk whole(drawn.layer, drawn.schedule, timing, FirmwareWalk::Extent::whole);
    FirmwareWalk settled(drawn.layer, drawn.schedule, timing);
    const double expected = whole.run();
    const double found = settled.run();
    EXPECT_NEAR(found, expected, 0.02 * expected) << to_json_text(drawn);
    const double error = std::fabs(found / expected - 1);
    errors += error;
    worst = std::max(worst, error);
    walked += settled.steps();
    all += whole.steps();
  }
  std::cout << walked << " of " << all << " steps, errors " << errors / kCases << ", at most " << worst
            << std::endl;
  EXPECT_LT(errors / kCases, 2e-3);
  EXPECT_LT(2 * walked, all);
}

TEST(FirmwareWalk, WorkHardlyGrowsWithTheLayer) {
  Layer layer;
  layer.in_channels = layer.out_channels = 512;
  layer.in_height = layer.in_width = 256;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  Schedule schedule;
  schedule.loops = {{Dim::K, 16}, {Dim::OY, 8}, {Dim::OX, 16}, {Dim::C, 16}};
  schedule.buffer_level = {4, 4, 3};
  schedule.double_buffer = {true, true, true};
  const MachineTiming timing = emulated();
  FirmwareWalk walk(layer, schedule, timing);
  const double cycles = walk.run();
  EXPECT_LT(walk.steps(), 20000);
  const LatencyEstimate estimate =
      estimate_latency(layer, schedule, predict_exact(layer, schedule).traffic, timing);
  EXPECT_EQ(estimate.cycles, std::llround(cycles));
  EXPECT_GE(estimate.cycles, estimate.compute_cycles);
  EXPECT_LE(static_cast<double>(estimate.cycles), 1.05 * static_cast<double>(estimate.compute_cycles))
      << "double buffers hide the transfers";
}

TEST(LatencyModel, ASearchIsToldWhatExceedsItsLimit) {
  constexpr uint64_t kSeed = 3;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  RandomCaseLimits limits;
  limits.max_leaves = 1000;  // a search gives up on more
  const MachineTiming timing = emulated();
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random, limits);
    const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
    const int64_t cycles = estimate_latency(drawn.layer, drawn.schedule, traffic, timing).cycles;
    EXPECT_EQ(cycles_within(cycles, drawn.layer, drawn.schedule, traffic, timing), cycles)
        << to_json_text(drawn);
    EXPECT_EQ(cycles_within(cycles - 1, drawn.layer, drawn.schedule, traffic, timing), std::nullopt);
  }
}

}  // namespace
}  // namespace hwcvp
