// Machines that get nowhere: each ends in bounded time, with a line that says where the core stands.
#include <gmock/gmock.h>

#include "platform/job/layer_simulator.h"
#include "platform/machine/machine_fault.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class WatchdogTest : public SystemcTest {
 protected:
  // How a layer ends on a machine whose firmware is that program.
  static std::string end_of(const PlatformConfig& config, const std::string& program) {
    SocFiles files;
    files.firmware_image = std::string(HWCVP_TEST_PROGRAMS) + "/" + program + ".bin";
    LayerSimulator simulator(config, files);
    Layer layer;
    layer.kernel_shape = {1, 1};
    try {
      simulator.run(layer, {}, random_tensors(layer, 1), false, 1000);
    } catch (const MachineFault& fault) {
      return fault.what();
    }
    return "no fault";
  }
};

TEST_F(WatchdogTest, FirmwareThatSpinsEndsByInstructions) {
  PlatformConfig config;
  config.watchdog.instructions = 1'000'000;
  EXPECT_THAT(
      end_of(config, "spin"),
      AllOf(HasSubstr("the machine stopped: no byte of a tensor moved in more than 1000000 instructions"),
            HasSubstr("control processor soc.control_processor running, pc 0x20000000")));
}

TEST_F(WatchdogTest, FirmwareThatSpinsOnAFastCoreEndsByInstructions) {
  PlatformConfig config;
  config.control_processor.clock_mhz = 100000;
  config.control_processor.cycles_per_instruction = 0.01;  // less than the resolution of time
  config.watchdog.instructions = 1'000'000;
  EXPECT_THAT(end_of(config, "spin"),
              HasSubstr("no byte of a tensor moved in more than 1000000 instructions"));
}

TEST_F(WatchdogTest, FirmwareThatSleepsAndWakesForEverEndsByInstructions) {
  PlatformConfig config;
  config.watchdog.instructions = 100'000;
  EXPECT_THAT(end_of(config, "wake_for_ever"),
              AllOf(HasSubstr("no byte of a tensor moved in more than 100000 instructions"),
                    HasSubstr("pc 0x2000000")));
}

TEST_F(WatchdogTest, FirmwareThatSleepsAndWakesForEverEndsByTime) {
  PlatformConfig config;
  config.watchdog.time_ms = 0.25;
  EXPECT_THAT(
      end_of(config, "wake_for_ever"),
      AllOf(HasSubstr("the machine stopped: the job did not end within 250 us of simulated time, at 250 us"),
            HasSubstr("pc 0x2000000")));
}

// Else what the firmware may still report of the first job would pass for the second one.
TEST_F(WatchdogTest, AMachineThatStoppedTakesNoOtherJob) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.faults.interrupt = InterruptFaultKind::lost;
  LayerSimulator simulator(config, {});
  Layer layer;
  layer.kernel_shape = {1, 1};
  const auto end = [&] {
    try {
      simulator.run(layer, {}, random_tensors(layer, 1), false, 1000);
    } catch (const MachineFault& fault) {
      return std::string(fault.what());
    }
    return std::string("no fault");
  };
  EXPECT_THAT(end(), AllOf(HasSubstr("no event is left"), HasSubstr("interrupt lost, pulse 1")));
  EXPECT_THAT(end(), HasSubstr("the machine stopped in an earlier job"));
}

}  // namespace
}  // namespace hwcvp
