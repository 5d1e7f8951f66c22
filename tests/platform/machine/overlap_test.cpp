// Double buffering on the simulated machine: transfers behind computing, on a layer that takes as long for
// both.
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "platform/job/layer_simulator.h"
#include "platform/study/network_run.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"
#include "tests/support/systemc/systemc_test.h"

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
  constexpr uint64_t kSeed = 21;
  constexpr uint64_t kCasesOfEach = 50;
  struct Machine {
    ControlProcessorKind processor;
    MemoryTransport transport;
    const char* dram;
  };
  using Kind = ControlProcessorKind;
  using Transport = MemoryTransport;
  constexpr Machine kMachines[] = {{Kind::native, Transport::loosely_timed, "simple"},
                                   {Kind::native, Transport::approximately_timed, "ddr4-2400"},
                                   {Kind::riscv, Transport::loosely_timed, "ddr4-2400"},
                                   {Kind::riscv, Transport::approximately_timed, "simple"}};
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  std::vector<std::unique_ptr<LayerSimulator>> machines;
  for (const Machine& machine : kMachines) {
    PlatformConfig config;
    config.hwc.buffer_bytes = 16 << 20;
    config.hwc.memory_transport = machine.transport;
    config.control_processor.kind = machine.processor;
    config.dram.timing = DramTimingModel(machine.dram);
    machines.push_back(
        std::make_unique<LayerSimulator>(config, files, "machine_" + std::to_string(machines.size())));
  }
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  double stalled_on_memory = 0;
  double stalled_on_engines = 0;
  for (uint64_t i = 0; i < kCasesOfEach * machines.size() && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random);
    SCOPED_TRACE(testing::Message() << "case " << i << ": " << to_json_text(drawn));
    LayerSimulator& simulator = *machines[i % machines.size()];
    const PlatformConfig& config = simulator.soc().config();
    const double hz = config.hwc.clock_mhz * 1e6;
    const JobObservation observed =
        simulator.run(drawn.layer, drawn.schedule, random_tensors(drawn.layer, 1), false, 1'000'000).observed;
    for (const EngineObservation& engine : observed.engines) {
      EXPECT_GE(engine.busy_seconds, 0);
      EXPECT_GE(engine.stalled_on_memory_seconds, 0);
      EXPECT_GE(engine.stalled_on_engines_seconds, 0);
      EXPECT_GE(engine.idle_seconds, 0);
      const double sum = engine.busy_seconds + engine.stalled_seconds() + engine.idle_seconds;
      EXPECT_NEAR(sum * hz, static_cast<double>(observed.cycles), 0.51);
      stalled_on_memory += engine.stalled_on_memory_seconds;
      stalled_on_engines += engine.stalled_on_engines_seconds;
    }
    // What the engines have to do is known without their records.
    const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
    const LatencyEstimate estimate =
        estimate_latency(drawn.layer, drawn.schedule, traffic, machine_timing(config));
    const EngineObservation& compute = observed.engines[index(Engine::compute)];
    EXPECT_NEAR(compute.busy_seconds * hz, static_cast<double>(estimate.compute_cycles), 0.01);
    EXPECT_EQ(compute.stalled_on_memory_seconds, 0);
    const Traffic& moved = observed.bus.bus_bytes;
    const auto words = [&config](int64_t bus_bytes) {
      return static_cast<double>(bus_bytes) / static_cast<double>(config.bus.width_bytes);
    };
    const double load_cycles = observed.engines[index(Engine::load)].busy_seconds * hz;
    const double words_read =
        words(moved.input_read + moved.weight_read + moved.psum_read + moved.params_read);
    // Loads of twice buffered inputs copy on chip besides.
    if (drawn.schedule.double_buffer[index(Tensor::input)]) {
      EXPECT_GE(load_cycles, words_read - 0.01);
    } else {
      EXPECT_NEAR(load_cycles, words_read, 0.01);
    }
    const double store_cycles = observed.engines[index(Engine::store)].busy_seconds * hz;
    const double words_written = words(moved.output_write + moved.psum_write);
    EXPECT_GE(store_cycles, words_written - 0.01);
    EXPECT_LE(store_cycles, words_written + static_cast<double>(drawn.layer.output_elements()));
  }
  EXPECT_GT(stalled_on_memory, 0);
  EXPECT_GT(stalled_on_engines, 0);
}

TEST_F(OverlapTest, AlsoWithPhasesAtTheMemoryPort) {
  PlatformConfig config;
  config.hwc.memory_transport = MemoryTransport::approximately_timed;
  expect_overlap(compare(config));
}

}  // namespace
}  // namespace hwcvp
