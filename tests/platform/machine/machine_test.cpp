// The assembled machine: observed traffic against the predictor, outputs against the reference convolution,
// and faults.
#include <gmock/gmock.h>

#include <random>

#include "platform/job/job_descriptor.h"
#include "platform/job/layer_simulator.h"
#include "platform/machine/machine_fault.h"
#include "platform/reference/convolution.h"
#include "platform/tensor/tensor_compare.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/random_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 20240611;
constexpr int64_t kExpectedCycles = 10'000'000;  // far above what the small cases take

PlatformConfig machine(const std::string& kind) {
  PlatformConfig config;
  config.control_processor.kind = value_named<ControlProcessorKind>(kind).value();
  config.hwc.buffer_bytes = 16 << 20;
  return config;
}

SocFiles files() {
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  return files;
}

Layer small_layer() {
  Layer layer;
  layer.name = "small";
  layer.in_channels = 4;
  layer.in_height = layer.in_width = 8;
  layer.out_channels = 6;
  layer.kernel_shape = {3, 3};
  return layer;
}

class MachineTest : public SystemcTest {
 protected:
  // Runs a case and checks it; gives back what happened.
  static LayerSimulation run_checked(LayerSimulator& simulator, const RandomCase& random_case, bool relu,
                                     uint64_t seed) {
    const Layer& layer = random_case.layer;
    const LayerTensors tensors = random_tensors(layer, seed);
    SCOPED_TRACE(to_json_text(random_case));
    LayerSimulation result = simulator.run(layer, random_case.schedule, tensors, relu, kExpectedCycles);
    EXPECT_EQ(result.observed.traffic, predict_exact(layer, random_case.schedule).traffic)
        << to_json_text(random_case);
    ReferenceOptions options;
    options.relu = relu;
    const HostTensor expected =
        reference_convolution(layer, tensors.input, tensors.weights, tensors.params, options).output;
    const TensorComparison comparison = compare(result.output, expected);
    EXPECT_EQ(comparison.mismatches, 0)
        << "first at " << comparison.first_mismatch << ", relu " << relu << ": " << to_json_text(random_case);
    return result;
  }

  static std::string fault_of(LayerSimulator& simulator, const hwc_job& job, const TensorPlacement& placement,
                              const sc_core::sc_time& limit = sc_core::sc_time(1, sc_core::SC_SEC)) {
    try {
      simulator.runner().run(job, placement, limit);
    } catch (const MachineFault& fault) {
      return fault.what();
    }
    return "no fault";
  }
};

TEST_F(MachineTest, RandomCasesOnTheNativeProcessor) {
  LayerSimulator simulator(machine("native"), files());
  std::mt19937_64 random(kSeed);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  for (uint64_t i = 0; i < 600 && !HasFailure(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    run_checked(simulator, random_case, i % 2 == 0 && random_case.layer.output_type != DataType::int32, i);
  }
}

TEST_F(MachineTest, RandomCasesOnTheEmulatedProcessor) {
  LayerSimulator simulator(machine("riscv"), files());
  std::mt19937_64 random(kSeed + 1);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 1);
  for (uint64_t i = 0; i < 150 && !HasFailure(); ++i) {
    run_checked(simulator, hwcvp::random_case(random), false, i);
  }
}

TEST_F(MachineTest, RandomCasesInSinglePrecision) {
  const auto native = std::make_unique<LayerSimulator>(machine("native"), files(), "native");
  const auto riscv = std::make_unique<LayerSimulator>(machine("riscv"), files(), "riscv");
  std::mt19937_64 random(kSeed + 5);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 5);
  for (uint64_t i = 0; i < 600 && !HasFailure(); ++i) {
    const RandomCase random_case = random_single_precision_case(random);
    const LayerSimulation a = run_checked(*native, random_case, i % 3 == 0, i);
    if (i % 4 != 0) continue;
    const LayerSimulation b = run_checked(*riscv, random_case, i % 3 == 0, i);
    EXPECT_EQ(a.output.crc32(), b.output.crc32());
  }
}

// Zero points at the input alone: outputs by multiplier and shift, or as accumulators.
TEST_F(MachineTest, RandomCasesWithZeroPointsInFixedPoint) {
  LayerSimulator simulator(machine("native"), files());
  std::mt19937_64 random(kSeed + 6);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 6);
  for (uint64_t i = 0; i < 200 && !HasFailure(); ++i) {
    RandomCase random_case = hwcvp::random_case(random);
    random_case.layer.input_type = i % 2 == 0 ? DataType::int8 : DataType::uint8;
    random_case.layer.input_zero_point = static_cast<int32_t>(random() % 256) - (i % 2 == 0 ? 128 : 0);
    run_checked(simulator, random_case, false, i);
  }
}

// The very first command of a machine reads padding alone, from a slot that nothing was ever loaded into.
TEST_F(MachineTest, BeginsWithATileOfPadding) {
  LayerSimulator simulator(machine("native"), files());
  RandomCase padded;
  padded.layer = small_layer();
  padded.layer.in_width = 1;
  padded.layer.kernel_shape = {2, 1};
  padded.layer.strides = {1, 6};
  padded.layer.pads = {0, 2, 0, 0};
  padded.schedule.loops = {{Dim::OY, 1}, {Dim::C, 1}, {Dim::FY, 1}};
  padded.schedule.buffer_level = {3, 0, 0};
  run_checked(simulator, padded, false, 1);
}

// Two machines in one simulation: what the processor is must not change what moves nor what comes out.
TEST_F(MachineTest, BothProcessorsMoveTheSameBytes) {
  const auto first = std::make_unique<LayerSimulator>(machine("native"), files(), "first");
  const auto second = std::make_unique<LayerSimulator>(machine("riscv"), files(), "second");
  std::mt19937_64 random(kSeed + 2);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 2);
  for (uint64_t i = 0; i < 60 && !HasFailure(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    const LayerSimulation a = run_checked(*first, random_case, false, i);
    const LayerSimulation b = run_checked(*second, random_case, false, i);
    EXPECT_EQ(a.observed.traffic, b.observed.traffic);
    EXPECT_EQ(a.output.crc32(), b.output.crc32());
    EXPECT_EQ(a.observed.status.load_commands, b.observed.status.load_commands);
    EXPECT_EQ(a.observed.status.compute_commands, b.observed.status.compute_commands);
    EXPECT_EQ(a.observed.status.store_commands, b.observed.status.store_commands);
  }
}

// Nonblocking transport, down to one transaction in flight and bursts of 4 bytes: time changes, nothing else.
TEST_F(MachineTest, BothTransportsMoveTheSameBytes) {
  PlatformConfig narrow = machine("native");
  narrow.hwc.memory_transport = MemoryTransport::approximately_timed;
  narrow.hwc.outstanding = 1;
  narrow.hwc.max_burst_bytes = 4;
  PlatformConfig wide = machine("native");
  wide.hwc.memory_transport = MemoryTransport::approximately_timed;
  wide.hwc.outstanding = 64;
  wide.hwc.aligned_bursts = true;
  wide.bus.arbitration = Arbitration::fixed_priority;
  LayerSimulator lt(machine("native"), files(), "lt");
  LayerSimulator at_narrow(narrow, files(), "at_narrow");
  LayerSimulator at_wide(wide, files(), "at_wide");
  std::mt19937_64 random(kSeed + 4);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 4);
  for (uint64_t i = 0; i < 40 && !HasFailure(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    const LayerSimulation a = run_checked(lt, random_case, false, i);
    for (LayerSimulator* const simulator : {&at_narrow, &at_wide}) {
      const LayerSimulation b = run_checked(*simulator, random_case, false, i);
      EXPECT_EQ(a.observed.traffic, b.observed.traffic);
      EXPECT_EQ(a.output.crc32(), b.output.crc32());
    }
  }
}

// Slow memory, tiny bursts, one request in flight, a short FIFO: time changes, nothing else does.
TEST_F(MachineTest, AnotherMachineMovesTheSameBytes) {
  PlatformConfig config = machine("native");
  config.hwc.fifo_depth = 1;
  config.hwc.max_burst_bytes = 8;
  config.hwc.outstanding = 1;
  config.hwc.mac_rows = config.hwc.mac_columns = 1;
  config.bus.width_bytes = 1;
  config.dram.latency_ns = 500;
  config.control_processor.quantum_ns = config.hwc.quantum_ns = 0;
  LayerSimulator simulator(config, files());
  std::mt19937_64 random(kSeed + 3);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 3);
  for (uint64_t i = 0; i < 60 && !HasFailure(); ++i)
    run_checked(simulator, hwcvp::random_case(random), false, i);
}

TEST_F(MachineTest, TensorsMayLiePast32BitAddresses) {
  PlatformConfig config = machine("riscv");
  config.dram.size_bytes = int64_t{32} << 30;
  LayerSimulator simulator(config, files());
  const Layer layer = small_layer();
  Schedule schedule;
  schedule.loops = {{Dim::C, 1}, {Dim::K, 2}};
  schedule.buffer_level = {1, 2, 2};
  TensorPlacement placement = place_tensors(layer, config.dram.size_bytes);
  uint64_t base = uint64_t{7} << 32;
  for (AddressWindow* window :
       {&placement.params, &placement.input, &placement.weight, &placement.output, &placement.psum}) {
    window->base = base;
    base += (uint64_t{1} << 28) + 64;
  }
  const LayerTensors tensors = random_tensors(layer, 1);
  const std::vector<uint8_t> params = serialize(tensors.params);
  simulator.soc().write_memory(placement.params.base, params.data(), params.size());
  simulator.soc().write_memory(placement.input.base, tensors.input.bytes(), placement.input.bytes);
  simulator.soc().write_memory(placement.weight.base, tensors.weights.bytes(), placement.weight.bytes);
  const JobObservation observed = simulator.runner().run(make_job(layer, schedule, false, placement),
                                                         placement, sc_core::sc_time(1, sc_core::SC_SEC));
  EXPECT_EQ(observed.traffic, predict_exact(layer, schedule).traffic);
  EXPECT_GT(observed.traffic.psum_read, 0);
  HostTensor output(layer.output_type, output_shape(layer));
  simulator.soc().read_memory(placement.output.base, output.bytes(), placement.output.bytes);
  EXPECT_EQ(output, reference_convolution(layer, tensors.input, tensors.weights, tensors.params).output);
}

TEST_F(MachineTest, RefusesAJobThatWasCorruptedInMemory) {
  LayerSimulator simulator(machine("native"), files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  hwc_job job = make_job(layer, {}, false, placement);
  job.in_height ^= 0x40;
  EXPECT_THAT(fault_of(simulator, job, placement),
              HasSubstr("job refused: corrupted in memory: expected CRC"));
  job = make_job(layer, {}, false, placement);
  job.magic = 0;
  EXPECT_THAT(fault_of(simulator, job, placement),
              HasSubstr("job refused: expected magic 0x314a5748, found 0x0"));
  job = make_job(layer, {}, false, placement);
  job.size_bytes = 8;
  EXPECT_THAT(fault_of(simulator, job, placement), HasSubstr("job refused: expected"));

  // The machine is none the worse for it.
  EXPECT_EQ(fault_of(simulator, make_job(layer, {}, false, placement), placement), "no fault");
}

TEST_F(MachineTest, TheFirmwareRefusesWhatTheHostShouldHave) {
  PlatformConfig config = machine("native");
  config.hwc.buffer_bytes = 100;
  config.hwc.max_channels = 6;
  LayerSimulator simulator(config, files());
  Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, config.dram.size_bytes);
  EXPECT_THAT(fault_of(simulator, make_job(layer, {}, false, placement), placement),
              HasSubstr("bytes of buffer, the accelerator has 100"));
  hwc_job job = make_job(layer, {}, false, placement);
  job.loop_count = 1;
  job.loops[0] = {HWC_K, 0};
  job.crc32 = job_crc32(job);
  EXPECT_THAT(fault_of(simulator, job, placement), HasSubstr("job refused: schedule field at byte"));
  layer.out_channels = 7;
  EXPECT_THAT(fault_of(simulator, make_job(layer, {}, false, placement), placement),
              HasSubstr("job refused: 7 output channels, the accelerator has parameters for 6"));
}

TEST_F(MachineTest, ReportsAnAcceleratorAtTheWrongAddress) {
  LayerSimulator simulator(machine("native"), files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  hwc_job job = make_job(layer, {}, false, placement);
  job.hwc = memory_map::kDramBase;
  job.crc32 = job_crc32(job);
  EXPECT_THAT(fault_of(simulator, job, placement), HasSubstr("no accelerator found: its ID register holds"));
}

TEST_F(MachineTest, AProcessorAccessOutsideTheMapIsAFault) {
  LayerSimulator simulator(machine("riscv"), files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  hwc_job job = make_job(layer, {}, false, placement);
  job.hwc = 0x30000000;
  job.crc32 = job_crc32(job);
  EXPECT_THAT(
      fault_of(simulator, job, placement),
      AllOf(HasSubstr("bus error: read of 4 bytes at 0x30000000: address error"), HasSubstr("pc 0x2000")));
  EXPECT_THAT(fault_of(simulator, make_job(layer, {}, false, placement), placement), HasSubstr("bus error"))
      << "a halted processor must not pass for a running one";
}

TEST_F(MachineTest, AnAcceleratorAccessOutsideTheMapIsAFault) {
  LayerSimulator simulator(machine("native"), files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  hwc_job job = make_job(layer, {}, false, placement);
  job.input = 0x40000000;
  job.crc32 = job_crc32(job);
  EXPECT_THAT(fault_of(simulator, job, placement),
              HasSubstr("accelerator error: memory port error at address 0x40000000"));
}

TEST_F(MachineTest, BytesOutsideTheTensorsAreAFault) {
  LayerSimulator simulator(machine("native"), files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  hwc_job job = make_job(layer, {}, false, placement);
  job.output = placement.psum.base + (1 << 20);
  job.crc32 = job_crc32(job);
  EXPECT_THAT(fault_of(simulator, job, placement),
              HasSubstr("the accelerator wrote 216 bytes of class other"));
  job.output = placement.input.base;
  job.crc32 = job_crc32(job);
  EXPECT_THAT(fault_of(simulator, job, placement),
              HasSubstr("the accelerator wrote 216 bytes of class input"));
}

TEST_F(MachineTest, AMachineThatStopsIsAFault) {
  LayerSimulator simulator(machine("native"), files());
  // Takes the job away before the firmware sees it.
  sc_core::sc_spawn([&simulator] {
    while (!simulator.soc().mailbox.busy()) sc_core::wait(sc_core::SC_ZERO_TIME);
    simulator.soc().mailbox.reset();
  });
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, simulator.soc().config().dram.size_bytes);
  EXPECT_THAT(fault_of(simulator, make_job(layer, {}, false, placement), placement),
              HasSubstr("the machine stopped: no event is left and the job is not done"));
}

TEST_F(MachineTest, AMachineThatTakesTooLongIsAFault) {
  PlatformConfig config = machine("native");
  config.hwc.clock_mhz = 0.001;
  LayerSimulator simulator(config, files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, config.dram.size_bytes);
  EXPECT_THAT(fault_of(simulator, make_job(layer, {}, false, placement), placement,
                       sc_core::sc_time(1, sc_core::SC_MS)),
              HasSubstr("the machine stopped: the job did not end within 1 ms of simulated time"));
}

TEST_F(MachineTest, AMachineThatWaitsForItsMemoryNamesWhatIsInFlight) {
  PlatformConfig config = machine("native");
  config.dram.latency_ns = 1e6;
  config.hwc.memory_transport = MemoryTransport::approximately_timed;
  config.hwc.max_burst_bytes = 4;
  config.hwc.outstanding = 1;
  LayerSimulator simulator(config, files());
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, config.dram.size_bytes);
  const std::string fault = fault_of(simulator, make_job(layer, {}, false, placement), placement,
                                     sc_core::sc_time(200, sc_core::SC_MS));
  EXPECT_THAT(fault, HasSubstr("; soc.hwc.memory: 1 transaction in flight, the oldest for "));
  EXPECT_THAT(fault, HasSubstr(" of 4 bytes at 0x"));
  EXPECT_THAT(fault, HasSubstr(", waits for BEGIN_RESP"));
}

TEST_F(MachineTest, WhatDoesNotFitIsRefusedBeforeItRuns) {
  PlatformConfig config = machine("native");
  config.hwc.buffer_bytes = 100;
  LayerSimulator simulator(config, files());
  const Layer layer = small_layer();
  EXPECT_THROW(simulator.run(layer, {}, random_tensors(layer, 1), false, kExpectedCycles), InputError);
}

TEST_F(MachineTest, HostAccessOutsideTheMapIsAFault) {
  LayerSimulator simulator(machine("native"), files());
  uint32_t word = 0;
  EXPECT_THROW(simulator.soc().read_memory(0x70000000, &word, sizeof word), MachineFault);
  const uint64_t end =
      memory_map::kDramBase + static_cast<uint64_t>(simulator.soc().config().dram.size_bytes);
  EXPECT_THROW(simulator.soc().write_memory(end - 2, &word, sizeof word), MachineFault);
}

}  // namespace
}  // namespace hwcvp
