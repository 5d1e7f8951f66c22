// The assembled machine with tensors in all layouts: observed bursts and bus bytes against the predicted
// ones.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "platform/job/layer_simulator.h"
#include "platform/reference/convolution.h"
#include "platform/tensor/tensor_compare.h"
#include "schedules/json/json.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"
#include "tests/support/random_layouts.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {

void PrintTo(const BusTraffic& bus, std::ostream* out) {
  *out << "bursts " << to_json(bus.bursts).dump() << ", bus bytes " << to_json(bus.bus_bytes).dump();
}

namespace {

constexpr uint64_t kSeed = 20241128;
constexpr int64_t kExpectedCycles = 10'000'000;  // far above what the small cases take

struct MemoryPath {
  const char* transport;
  int64_t max_burst_bytes;
  bool aligned_bursts;
  int64_t bus_width_bytes;
  int64_t alignment_bytes;
};

// Together 500 cases.
constexpr int kCasesOfEach = 100;
constexpr MemoryPath kPaths[] = {
    {"lt", 4096, false, 16, 4096}, {"lt", 64, true, 16, 4},  {"lt", 256, false, 4, 32},
    {"at", 1024, true, 8, 16},     {"at", 16, false, 64, 4},
};

PlatformConfig machine(const MemoryPath& path) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 16 << 20;
  config.hwc.memory_transport = value_named<MemoryTransport>(path.transport).value();
  config.hwc.max_burst_bytes = path.max_burst_bytes;
  config.hwc.aligned_bursts = path.aligned_bursts;
  config.bus.width_bytes = path.bus_width_bytes;
  config.layout.alignment_bytes = path.alignment_bytes;
  return config;
}

SocFiles files() {
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  return files;
}

class BurstMachineTest : public SystemcTest {
 protected:
  static void run_checked(LayerSimulator& simulator, const RandomCase& random_case,
                          const TensorLayouts& layouts, uint64_t seed) {
    const Layer& layer = random_case.layer;
    const Schedule& schedule = random_case.schedule;
    SCOPED_TRACE(to_json_text(random_case) + ", " + to_text(layouts));
    const LayerTensors tensors = random_tensors(layer, seed);
    const LayerSimulation result = simulator.run(layer, schedule, tensors, false, kExpectedCycles, layouts);
    EXPECT_EQ(predict_exact(layer, schedule).traffic, result.observed.traffic);
    EXPECT_EQ(predict_bus_traffic(layer, schedule, layouts, simulator.soc().config()), result.observed.bus);
    EXPECT_GE(result.observed.bus.bus_bytes.total(), result.observed.traffic.total());
    const HostTensor expected =
        reference_convolution(layer, tensors.input, tensors.weights, tensors.params, {}).output;
    EXPECT_EQ(0, compare(result.output, expected).mismatches);
  }
};

TEST_F(BurstMachineTest, BurstsAndBusBytesAreAsPredictedInEveryLayout) {
  std::vector<std::unique_ptr<LayerSimulator>> machines;
  for (const MemoryPath& path : kPaths) {
    machines.push_back(std::make_unique<LayerSimulator>(machine(path), files(),
                                                        "machine_" + std::to_string(machines.size())));
  }
  std::mt19937_64 random(kSeed);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  for (uint64_t i = 0; i < kCasesOfEach * machines.size() && !HasFailure(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    const TensorLayouts layouts = random_layouts(random, random_case.layer);
    SCOPED_TRACE(testing::Message() << "case " << i);
    run_checked(*machines[i % machines.size()], random_case, layouts, i);
  }
}

// The emulated processor takes another firmware image to the same registers.
TEST_F(BurstMachineTest, LayoutsOnTheEmulatedProcessor) {
  PlatformConfig config = machine(kPaths[0]);
  config.control_processor.kind = ControlProcessorKind::riscv;
  LayerSimulator simulator(config, files());
  std::mt19937_64 random(kSeed + 1);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 1);
  for (uint64_t i = 0; i < 50 && !HasFailure(); ++i) {
    const RandomCase random_case = hwcvp::random_case(random);
    run_checked(simulator, random_case, random_layouts(random, random_case.layer), i);
  }
}

// The padding of blocks is neither read into the result nor written.
TEST_F(BurstMachineTest, PaddingOfBlocksDoesNotTravel) {
  PlatformConfig config = machine(kPaths[0]);
  LayerSimulator simulator(config, files());
  Layer layer;
  layer.in_channels = 3;
  layer.in_height = layer.in_width = 6;
  layer.out_channels = 5;
  layer.kernel_shape = {3, 3};
  const TensorLayout blocks = parse_layout("nchw4c", "test");
  run_checked(simulator, {layer, {}}, {blocks, blocks, blocks}, 1);
  const TensorPlacement placement = place_tensors(layer, {blocks, blocks, blocks}, config);
  EXPECT_EQ(placement.input.bytes, 4u * 36);
  EXPECT_EQ(placement.output.bytes, 8u * 16);
  std::vector<uint8_t> output(placement.output.bytes);
  simulator.soc().read_memory(placement.output.base, output.data(), output.size());
  for (size_t pixel = 0; pixel < 16; ++pixel) {
    for (size_t channel = 1; channel < 4; ++channel) {
      EXPECT_EQ(0, output[64 + 4 * pixel + channel]) << "channel " << 4 + channel;
    }
  }
}

}  // namespace
}  // namespace hwcvp
