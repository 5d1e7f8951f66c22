// Double buffering on the simulated machine: transfers behind computing, on a layer that takes as long for
// both.
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <random>

#include "platform/layer_simulator.h"
#include "platform/network_run.h"
#include "schedules/exact_predictor.h"
#include "tests/models/systemc_test.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

class OverlapTest : public SystemcTest {
 protected:
  // Each pixel takes 32 * 32 multiply-accumulates, 4 cycles of the 16 by 16 array, and moves 32 bytes in and
  // 32 out, 4 cycles of the bus of 16 bytes. Long enough for the firmware's set-up of the job, some 17,000
  // cycles, to count for little.
  static Layer balanced_layer() {
    Layer layer;
    layer.in_channels = layer.out_channels = 32;
    layer.in_height = 4096;
    layer.in_width = 64;
    return layer;
  }

  // Bands of two lines; buffered twice, as bytes of input and weights and 32-bit accumulators, they take 42
  // KiB.
  static Schedule bands(bool double_buffered) {
    Schedule schedule;
    schedule.loops = {{Dim::OY, 2}};
    schedule.buffer_level = {1, 1, 1};
    schedule.double_buffer = {double_buffered, double_buffered, double_buffered};
    return schedule;
  }

  struct Comparison {
    double compute_cycles;   // that the compute engine is busy
    double transfer_cycles;  // of the observed bytes at the rate that bus and memory sustain
    double single_buffered;  // observed cycles
    double double_buffered;
    double slower() const { return std::max(compute_cycles, transfer_cycles); }
  };

  static Comparison compare(const PlatformConfig& config) {
    SocFiles files;
    files.firmware_image = HWCVP_FIRMWARE_IMAGE;
    LayerSimulator simulator(config, files);
    const Layer layer = balanced_layer();
    const LayerTensors tensors = random_tensors(layer, 1);
    const MachineTiming timing = machine_timing(config);
    const auto run = [&](bool double_buffered) {
      return simulator.run(layer, bands(double_buffered), tensors, false, 1'000'000).observed;
    };
    const JobObservation once = run(false);
    const JobObservation twice = run(true);
    EXPECT_EQ(once.traffic, twice.traffic);
    Comparison comparison{};
    comparison.compute_cycles =
        twice.engines[index(Engine::compute)].busy_seconds * config.hwc.clock_mhz * 1e6;
    comparison.transfer_cycles = static_cast<double>(twice.traffic.total()) / timing.bytes_per_cycle();
    comparison.single_buffered = static_cast<double>(once.cycles);
    comparison.double_buffered = static_cast<double>(twice.cycles);
    std::cout << std::fixed << std::setprecision(0) << "compute " << comparison.compute_cycles
              << ", transfer " << comparison.transfer_cycles << ", single-buffered "
              << comparison.single_buffered << ", double-buffered " << comparison.double_buffered << " cycles"
              << std::endl;
    return comparison;
  }

  static void expect_overlap(const Comparison& comparison) {
    EXPECT_NEAR(comparison.compute_cycles / comparison.transfer_cycles, 1, 0.03) << "not balanced";
    EXPECT_LE(comparison.double_buffered, comparison.slower() / 0.95);
    // Load, compute and store of a band one after the other take twice as long.
    EXPECT_GE(comparison.single_buffered, 1.5 * comparison.double_buffered);
  }
};

TEST_F(OverlapTest, DoubleBufferingHidesTheFasterOfComputeAndTransfer) { expect_overlap(compare({})); }

TEST_F(OverlapTest, TimesOfTheEnginesAddUp) {
  PlatformConfig config;
  config.hwc.buffer_bytes = 16 << 20;
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  LayerSimulator simulator(config, files);
  const MachineTiming timing = machine_timing(config);
  const double hz = config.hwc.clock_mhz * 1e6;
  constexpr uint64_t kSeed = 21;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  double stalled = 0;
  for (int i = 0; i < 100; ++i) {
    const RandomCase drawn = random_case(random);
    SCOPED_TRACE(to_json_text(drawn));
    const LayerTensors tensors = random_tensors(drawn.layer, 1);
    const JobObservation observed =
        simulator.run(drawn.layer, drawn.schedule, tensors, false, 1'000'000).observed;
    for (const EngineObservation& engine : observed.engines) {
      EXPECT_GE(engine.busy_seconds, 0);
      EXPECT_GE(engine.stalled_seconds, 0);
      EXPECT_GE(engine.idle_seconds, 0);
      const double sum = engine.busy_seconds + engine.stalled_seconds + engine.idle_seconds;
      EXPECT_NEAR(sum * hz, static_cast<double>(observed.cycles), 0.51);
      stalled += engine.stalled_seconds;
    }
    const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
    const LatencyEstimate estimate = estimate_latency(drawn.layer, drawn.schedule, traffic, timing);
    EXPECT_NEAR(observed.engines[index(Engine::compute)].busy_seconds * hz,
                static_cast<double>(estimate.compute_cycles), 0.01);
  }
  EXPECT_GT(stalled, 0);
}

TEST_F(OverlapTest, AlsoWithPhasesAtTheMemoryPort) {
  PlatformConfig config;
  config.hwc.memory_transport = "at";
  expect_overlap(compare(config));
}

}  // namespace
}  // namespace hwcvp
