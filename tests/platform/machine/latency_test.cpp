// Predicted cycles against the simulated machine.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "platform/job/layer_simulator.h"
#include "platform/study/network_run.h"
#include "schedules/latency/firmware_walk.h"
#include "schedules/latency/least_transfer.h"
#include "schedules/networks/network.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/array_walk.h"
#include "tests/support/random_case.h"
#include "tests/support/random_layouts.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using latency::FirmwareWalk;

PlatformConfig machine(const std::string& kind, const std::string& dram = "simple") {
  PlatformConfig config;
  config.control_processor.kind = value_named<ControlProcessorKind>(kind).value();
  config.hwc.buffer_bytes = 16 << 20;
  config.dram.timing = DramTimingModel(dram);
  return config;
}

SocFiles files() {
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  return files;
}

class LatencyTest : public SystemcTest {
 protected:
  enum class Layouts { nchw, random };

  struct Errors {
    double sum = 0;
    double worst = 0;
    int cases = 0;
    double allowance = 0;  // cycles that do not count
    void add(double predicted, double observed) {
      const double error = std::max(0.0, std::fabs(predicted - observed) - allowance) / observed;
      sum += error;
      worst = std::max(worst, error);
      ++cases;
    }
    double mean() const { return sum / cases; }
  };

  static JobObservation run(LayerSimulator& simulator, const Layer& layer, const Schedule& schedule,
                            const TensorLayouts& layouts = {}) {
    return simulator.run(layer, schedule, random_tensors(layer, 1), false, 100'000'000, layouts).observed;
  }

  static Errors random_cases(const PlatformConfig& config, uint64_t seed, int cases,
                             Layouts kind = Layouts::nchw,
                             RandomCase (*draw)(std::mt19937_64&, const RandomCaseLimits&) = random_case) {
    Errors errors;
    // Whether a layer begins just before a refresh or just after one depends on the layers before: a refresh
    // more or less at the begin and at the end, of some 190 cycles.
    if (!config.dram.timing.simple()) errors.allowance = 400;

    LayerSimulator simulator(config, files());
    std::cout << "seed " << seed << std::endl;
    std::mt19937_64 random(seed);
    for (int i = 0; i < cases; ++i) {
      const RandomCase drawn = draw(random, {});
      const TensorLayouts layouts =
          kind == Layouts::random ? random_layouts(random, drawn.layer) : TensorLayouts{};
      const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
      const LatencyEstimate predicted =
          estimate_latency(drawn.layer, drawn.schedule, traffic, machine_timing(config, layouts));
      const int64_t observed = run(simulator, drawn.layer, drawn.schedule, layouts).cycles;
      EXPECT_GE(observed, least_transfer_cycles(traffic.total(), machine_timing(config, layouts)))
          << to_json_text(drawn);
      errors.add(static_cast<double>(predicted.cycles), static_cast<double>(observed));
    }
    std::cout << "mean error " << 100 * errors.mean() << " %, worst " << 100 * errors.worst << " %"
              << std::endl;
    return errors;
  }

  // AlexNet in schedules that use both reuse of partial sums and, in every second layer, double buffers.
  static Errors alexnet(const PlatformConfig& config) {
    LayerSimulator simulator(config, files());
    const MachineTiming timing = machine_timing(config);
    Errors errors;
    for (const Layer& layer : builtin_network("alexnet").layers) {
      const auto loop = [&layer](Dim dim, int64_t tile) {
        return Loop{dim, std::min(tile, layer.extent(dim))};
      };
      Schedule schedule;
      schedule.loops = {loop(Dim::K, 96), loop(Dim::C, 128), loop(Dim::OY, 5), loop(Dim::K, 32)};
      schedule.buffer_level = {3, 4, 4};
      const bool twice = errors.cases % 2 != 0;
      schedule.double_buffer = {twice, twice, twice};
      const Traffic traffic = predict_exact(layer, schedule).traffic;
      errors.add(static_cast<double>(estimate_latency(layer, schedule, traffic, timing).cycles),
                 static_cast<double>(run(simulator, layer, schedule).cycles));
    }
    return errors;
  }
};

// The native processor has no costs that were measured: what is left is the model of commands and engines.
TEST_F(LatencyTest, RandomCasesOnTheNativeProcessor) {
  const Errors errors = random_cases(machine("native"), 11, 300);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

// The registers of zero points and limits, and constants of another size.
TEST_F(LatencyTest, RandomCasesInSinglePrecision) {
  const Errors errors = random_cases(machine("native"), 14, 200, Layouts::nchw, random_single_precision_case);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

TEST_F(LatencyTest, RandomCasesOnTheEmulatedProcessor) {
  const Errors errors = random_cases(machine("riscv"), 12, 200);
  EXPECT_LT(errors.mean(), 0.01);
  EXPECT_LT(errors.worst, 0.07);
}

TEST_F(LatencyTest, AnotherMachine) {
  PlatformConfig config = machine("native");
  config.control_processor.clock_mhz = 300;
  config.hwc.clock_mhz = 800;
  config.hwc.fifo_depth = 3;
  config.hwc.mac_rows = 4;
  config.hwc.mac_columns = 8;
  config.hwc.outstanding = 2;
  config.hwc.max_burst_bytes = 16;
  config.hwc.aligned_bursts = true;
  config.hwc.buffer_row_bytes = 4;
  config.bus.width_bytes = 4;
  config.bus.clock_mhz = 250;
  config.mailbox.access_cycles = 7;
  config.dram.latency_ns = 100;
  config.dram.bandwidth_gb_per_s = 0.5;
  const Errors errors = random_cases(config, 13, 150);
  EXPECT_LT(errors.mean(), 0.005);
  EXPECT_LT(errors.worst, 0.05);
}

// Which modes the array has and how wide its ports are; simply and approximately timed.
class ArrayLatencyTest : public LatencyTest, public testing::WithParamInterface<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Arrays, ArrayLatencyTest, testing::Range<uint64_t>(0, 16));

TEST_P(ArrayLatencyTest, RandomCases) {
  PlatformConfig config = machine("native");
  if (GetParam() % 4 == 3) config.hwc.memory_transport = MemoryTransport::approximately_timed;
  std::mt19937_64 random(23 + GetParam());
  const WalkedArray array = random_array(random);
  config.hwc.mac_rows = array.rows;
  config.hwc.mac_columns = array.columns;
  config.hwc.array_modes = MacArrayModes::parse(array.mode_names()).value();
  config.hwc.input_port_bytes = array.input_port;
  config.hwc.weight_port_bytes = array.weight_port;
  config.hwc.accumulator_port_bytes = array.accumulator_port;
  std::cout << array.rows << " x " << array.columns << ", " << array.mode_names() << ", ports "
            << array.input_port << ' ' << array.weight_port << ' ' << array.accumulator_port << std::endl;
  const Errors errors = random_cases(config, 100 + GetParam(), 50);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

TEST_F(LatencyTest, RandomCasesOnAnArrayOfChannelsAlone) {
  PlatformConfig config = machine("native");
  config.hwc.array_modes = MacArrayModes::parse("kxc").value();
  const Errors errors = random_cases(config, 11, 300);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

TEST_F(LatencyTest, RandomLayouts) {
  const Errors errors = random_cases(machine("native"), 15, 300, Layouts::random);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

PlatformConfig approximately_timed(const std::string& dram) {
  PlatformConfig config = machine("native", dram);
  config.hwc.memory_transport = MemoryTransport::approximately_timed;
  return config;
}

TEST_F(LatencyTest, RandomLayoutsApproximatelyTimed) {
  const Errors errors = random_cases(approximately_timed("simple"), 16, 300, Layouts::random);
  EXPECT_LT(errors.mean(), 0.002);
  EXPECT_LT(errors.worst, 0.02);
}

// The memory holds back what it has no room for.
TEST_F(LatencyTest, BackPressure) {
  PlatformConfig config = approximately_timed("simple");
  config.dram.outstanding = 2;
  config.dram.latency_ns = 200;
  config.hwc.max_burst_bytes = 64;
  const Errors errors = random_cases(config, 17, 150);
  EXPECT_LT(errors.mean(), 0.005);
  EXPECT_LT(errors.worst, 0.05);
}

TEST_F(LatencyTest, RandomLayoutsOnDdr4) {
  const Errors errors = random_cases(machine("native", "ddr4-2400"), 18, 200, Layouts::random);
  EXPECT_LT(errors.mean(), 0.01);
  EXPECT_LT(errors.worst, 0.05);
}

TEST_F(LatencyTest, RandomLayoutsOnDdr4ApproximatelyTimed) {
  PlatformConfig config = approximately_timed("ddr4-2400");
  config.hwc.array_modes = MacArrayModes::parse("kxc").value();
  const Errors errors = random_cases(config, 19, 150, Layouts::random);
  EXPECT_LT(errors.mean(), 0.02);
  EXPECT_LT(errors.worst, 0.25) << "accesses that overtake others are not predicted";
}

// The same cycles of the memory weigh more where the array takes fewer.
TEST_F(LatencyTest, RandomLayoutsOnDdr4ApproximatelyTimedInAllModes) {
  const Errors errors = random_cases(approximately_timed("ddr4-2400"), 19, 150, Layouts::random);
  EXPECT_LT(errors.mean(), 0.02);
  EXPECT_LT(errors.worst, 0.3);
}

TEST_F(LatencyTest, OnLpddr4WithRefreshOfEachBank) {
  PlatformConfig config = machine("native", "lpddr4-3200");
  config.dram.controller.refresh = DramRefreshing::per_bank;
  const Errors errors = random_cases(config, 20, 150);
  EXPECT_LT(errors.mean(), 0.01);
  EXPECT_LT(errors.worst, 0.05);
}

// Long stores in short runs, beside which a load now and then takes the memory for a while.
TEST_F(LatencyTest, StoresInStripesOfChannels) {
  const PlatformConfig config = machine("native");
  LayerSimulator simulator(config, files());
  const Layer layer = builtin_network("mobilenetv2").layers.front();
  Schedule schedule;
  schedule.loops = {{Dim::OY, 7}, {Dim::K, 16}};
  schedule.buffer_level = {1, 0, 2};
  TensorLayouts layouts;
  layouts.fill(parse_layout("nhwc", "test"));
  const Traffic traffic = predict_exact(layer, schedule).traffic;
  const LatencyEstimate predicted =
      estimate_latency(layer, schedule, traffic, machine_timing(config, layouts));
  const auto observed = static_cast<double>(run(simulator, layer, schedule, layouts).cycles);
  EXPECT_NEAR(static_cast<double>(predicted.cycles), observed, 0.001 * observed);
}

TEST_F(LatencyTest, LayersOfAlexNet) {
  const Errors errors = alexnet(machine("riscv"));
  EXPECT_LT(errors.mean(), 0.005);
  EXPECT_LT(errors.worst, 0.02);
}

TEST_F(LatencyTest, LayersOfAlexNetOnDdr4) {
  const Errors errors = alexnet(machine("riscv", "ddr4-2400"));
  EXPECT_LT(errors.mean(), 0.005);
  EXPECT_LT(errors.worst, 0.02);
}

// The firmware may change; then schedules/latency/firmware_costs.h has to, by bench/firmware_costs.
TEST_F(LatencyTest, CostsOfTheFirmwareAreThoseOfItsImage) {
  const PlatformConfig config = machine("riscv");
  LayerSimulator simulator(config, files());
  const ControlProcessorStatistics& counted = simulator.soc().control_processor().statistics();
  const MachineTiming timing = machine_timing(config);
  std::mt19937_64 random(14);
  Errors instructions;
  for (int i = 0; i < 200; ++i) {
    const RandomCase drawn = random_case(random);
    FirmwareWalk walk(drawn.layer, drawn.schedule, timing, FirmwareWalk::Extent::whole);
    walk.run();
    double expected = 0;
    for (size_t kind = 0; kind < FirmwareCosts::kinds; ++kind) {
      expected += timing.firmware.instructions[kind] * static_cast<double>(walk.counts().work[kind]);
    }
    const uint64_t before = counted.instructions;
    const uint64_t accesses_before = counted.bus_reads + counted.bus_writes;
    run(simulator, drawn.layer, drawn.schedule);
    instructions.add(expected, static_cast<double>(counted.instructions - before));
    const auto accesses = static_cast<int64_t>(counted.bus_reads + counted.bus_writes - accesses_before);
    // Sleeps depend on times, and each takes a few accesses.
    EXPECT_NEAR(static_cast<double>(walk.counts().accesses), static_cast<double>(accesses),
                2 + 0.002 * static_cast<double>(accesses));
  }
  EXPECT_LT(instructions.mean(), 0.01);
  EXPECT_LT(instructions.worst, 0.08);
}

}  // namespace
}  // namespace hwcvp
