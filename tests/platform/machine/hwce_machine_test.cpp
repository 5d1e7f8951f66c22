// The HWCE in the assembled machine: observed traffic against the closed form, outputs against the scalar
// reference, and faults.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "platform/job/hwce_simulator.h"
#include "platform/machine/machine_fault.h"
#include "platform/placement/hwce_layout.h"
#include "schedules/json/json.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

constexpr uint64_t kSeed = 20250117;

PlatformConfig machine(const std::string& kind) {
  PlatformConfig config;
  config.control_processor.kind = value_named<ControlProcessorKind>(kind).value();
  return config;
}

SocFiles files() {
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  return files;
}

int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return std::uniform_int_distribution<int64_t>(least, most)(random);
}

// Kernels of any size, strides, uneven pads, groups, batches; maps wider than a stripe and of odd width.
Layer random_layer(std::mt19937_64& random) {
  Layer layer;
  layer.name = "random";
  layer.input_type = layer.weight_type = layer.output_type = DataType::int16;
  layer.batch = draw(random, 0, 3) == 0 ? 2 : 1;
  layer.group = draw(random, 1, 3);
  layer.in_channels = layer.group * draw(random, 1, 3);
  layer.out_channels = layer.group * draw(random, 1, 6);
  for (size_t axis = 0; axis < 2; ++axis) {
    layer.kernel_shape[axis] = draw(random, 1, draw(random, 0, 2) == 0 ? 12 : 5);
    layer.strides[axis] = draw(random, 0, 2) == 0 ? draw(random, 1, 5) : 1;
    layer.pads[axis] = draw(random, 0, layer.kernel_shape[axis]);
    layer.pads[axis + 2] = draw(random, 0, layer.kernel_shape[axis]);
  }
  const auto size = [&](size_t axis, int64_t most) {
    const int64_t least = layer.kernel_shape[axis] - layer.pads[axis] - layer.pads[axis + 2];
    return draw(random, std::max<int64_t>(1, least), most);
  };
  layer.in_height = size(0, 14);
  layer.in_width = size(1, draw(random, 0, 1) == 0 ? 14 : 100);
  layer.validate("random layer");
  return layer;
}

class HwceMachineTest : public SystemcTest {
 protected:
  static HwceSimulation run_checked(LayerSimulator& simulator, const Layer& layer, int64_t maps,
                                    uint64_t seed) {
    SCOPED_TRACE(testing::Message() << maps << " maps: " << to_json(layer).dump());
    const HwceMapping mapping = map_to_hwce(layer, maps);
    const HwceTensors tensors = random_hwce_tensors(layer, mapping, seed);
    HwceSimulation result = simulate_hwce(simulator, layer, mapping, tensors);
    EXPECT_EQ(to_json(result.observed.traffic).dump(), to_json(predict_hwce(layer, mapping)).dump());
    const OutputCheck check = check_hwce_output(layer, mapping, tensors, result.output);
    EXPECT_EQ(check.mismatches, 0) << "first at " << check.first_mismatch;
    return result;
  }
};

TEST_F(HwceMachineTest, RandomLayersOnTheNativeProcessor) {
  LayerSimulator simulator(machine("native"), files());
  std::mt19937_64 random(kSeed);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  for (uint64_t i = 0; i < 240 && !HasFailure(); ++i) {
    run_checked(simulator, random_layer(random), int64_t{1} << i % 3, i);
  }
}

TEST_F(HwceMachineTest, RandomLayersOnTheEmulatedProcessor) {
  LayerSimulator simulator(machine("riscv"), files());
  std::mt19937_64 random(kSeed + 1);
  SCOPED_TRACE(testing::Message() << "seed " << kSeed + 1);
  for (uint64_t i = 0; i < 60 && !HasFailure(); ++i) {
    run_checked(simulator, random_layer(random), int64_t{1} << i % 3, i);
  }
}

}  // namespace
}  // namespace hwcvp
