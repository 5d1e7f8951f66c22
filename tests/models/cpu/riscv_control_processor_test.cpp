// The emulated core, driven by the small programs in tests/models/programs, each of which says what it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "models/cpu/control_processor_loader.h"
#include "models/tlm/processes.h"
#include "tests/support/accelerators/control_processor_bench.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kMemory = TestBus::kMemoryBase;

class RiscvTest : public SystemcTest {
 protected:
  static ControlProcessorProperties program(const std::string& name) {
    ControlProcessorProperties properties;
    properties.mailbox_base = TestBus::kMailboxBase;
    properties.firmware_image = std::string(HWCVP_TEST_PROGRAMS) + "/" + name + ".bin";
    return properties;
  }

  static std::unique_ptr<CoreBench> bench(const ControlProcessorProperties& properties,
                                          const char* name = "core") {
    return std::make_unique<CoreBench>(make_control_processor("riscv", name, properties));
  }

  // Simulates a program that ends with a fault, and returns its message.
  static std::string fault_of(const std::string& name) {
    const auto machine = bench(program(name));
    CoreBench::run_ns(10000);
    EXPECT_EQ(1u, machine->faults.size()) << "exactly one message";
    EXPECT_TRUE(machine->core->halted());
    EXPECT_EQ(machine->faults, std::vector<std::string>{machine->core->fault()});
    return machine->core->fault();
  }

  static std::string error_of(const ControlProcessorProperties& properties, const std::string& plugin = "") {
    try {
      make_control_processor("riscv", "core", properties, plugin);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  }
};

TEST_F(RiscvTest, AccessesOfEachSizeArriveInOrder) {
  const auto machine = bench(program("access_sizes"));
  machine->bus.set_word(kMemory, 0x03020100);
  machine->bus.set_word(kMemory + 4, 0x07060504);
  machine->bus.set_word(kMemory + 8, 0x0b0a0908);
  machine->bus.set_word(kMemory + 12, 0x8f0e8d0c);
  CoreBench::run_ns(1000);
  struct Expected {
    uint64_t offset;
    uint64_t value;
    unsigned bytes;
    bool write;
  };
  const Expected expected[] = {
      {0x00, 0x03020100, 4, false}, {0x04, 0x07060504, 4, false},  // 8 bytes as two halves
      {0x20, 0x03020100, 4, true},  {0x24, 0x07060504, 4, true},   //
      {0x08, 0x0b0a0908, 4, false}, {0x28, 0x0b0a0908, 4, true},   //
      {0x0c, 0x8d0c, 2, false},     {0x2c, 0x8d0c, 2, true},       //
      {0x0f, 0x8f, 1, false},       {0x2f, 0x8f, 1, true},
  };
  ASSERT_EQ(std::size(expected), machine->bus.log.size());
  for (size_t i = 0; i < std::size(expected); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(expected[i].write, machine->bus.log[i].write);
    EXPECT_EQ(kMemory + expected[i].offset, machine->bus.log[i].address);
    EXPECT_EQ(expected[i].bytes, machine->bus.log[i].bytes);
    EXPECT_EQ(expected[i].value, machine->bus.log[i].value);
  }
  EXPECT_EQ(5u, machine->core->statistics().bus_reads);
  EXPECT_EQ(5u, machine->core->statistics().bus_writes);
  EXPECT_TRUE(machine->faults.empty());
}

// The same program under quanta from none to all: the count of instructions and the times read must not
// depend on them.
class RiscvQuantumTest : public RiscvTest, public ::testing::WithParamInterface<double> {};

TEST_P(RiscvQuantumTest, TimeFollowsTheInstructions) {
  ControlProcessorProperties properties = program("count_loop");
  properties.quantum = sc_time(GetParam(), SC_NS);
  properties.clock_period = sc_time(2, SC_NS);
  properties.cycles_per_instruction = 1.5;
  const auto machine = bench(properties);
  CoreBench::run_ns(100000);
  const uint32_t first = machine->bus.word(kMemory);
  const uint32_t second = machine->bus.word(kMemory + 4);
  EXPECT_EQ(3u * 3, first) << "three instructions of 3 ns in the first block";
  EXPECT_EQ(2004u * 3, second - first);
  EXPECT_EQ(3u + 2004 + 3, machine->core->statistics().instructions) << "up to and with the WFI";
  EXPECT_EQ(1u, machine->core->statistics().sleeps);
}

INSTANTIATE_TEST_SUITE_P(Quanta, RiscvQuantumTest, ::testing::Values(0.0, 1.0, 7.0, 100.0, 1000.0, 1e6));

class RiscvLatencyTest : public RiscvTest, public ::testing::WithParamInterface<bool> {};

TEST_P(RiscvLatencyTest, LatencyOfTheBusCounts) {
  const auto machine = bench(program("write_loop"));
  machine->bus.latency = sc_time(50, SC_NS);
  machine->bus.waits = GetParam();
  CoreBench::run_ns(15000);
  ASSERT_LE(99u, machine->bus.log.size());
  for (size_t i = 0; i < machine->bus.log.size(); ++i) {
    EXPECT_EQ(i + 1, machine->bus.log[i].value);
    EXPECT_EQ(machine->bus.log[0].time_ns + 150 * i, machine->bus.log[i].time_ns)
        << "100 instructions and the latency";
  }
}

INSTANTIATE_TEST_SUITE_P(WaitOrDelay, RiscvLatencyTest, ::testing::Bool());

TEST_F(RiscvTest, WfiSleepsUntilALineIsHighAndTakesTheLevel) {
  const auto machine = bench(program("count_wakeups"));
  const ControlProcessorStatistics& statistics = machine->core->statistics();
  CoreBench::run_ns(5000);
  EXPECT_EQ(0u, machine->bus.word(kMemory)) << "asleep";
  EXPECT_EQ(1u, statistics.sleeps);
  EXPECT_EQ(3u, statistics.instructions) << "two loads of constants and the WFI";

  machine->accelerator_interrupt.write(true);
  CoreBench::run_ns(1000);
  EXPECT_EQ(5005u, machine->bus.log.at(0).time_ns)
      << "wakes at once; the block of 5 instructions is charged first";
  EXPECT_LT(100u, machine->bus.word(kMemory)) << "while the line is high WFI does not sleep";

  machine->accelerator_interrupt.write(false);
  CoreBench::run_ns(1000);
  const uint32_t wakeups = machine->bus.word(kMemory);
  CoreBench::run_ns(5000);
  EXPECT_EQ(wakeups, machine->bus.word(kMemory)) << "asleep again";

  machine->mailbox.post_job(0, 0);
  CoreBench::run_ns(1000);
  EXPECT_EQ(wakeups + 1, machine->bus.word(kMemory))
      << "the doorbell wakes it once, as the program clears it";
  EXPECT_EQ(wakeups + 2, statistics.sleeps);
  EXPECT_LT(sc_time(10000, SC_NS), statistics.sleep_time);
  EXPECT_TRUE(machine->faults.empty());
}

TEST_F(RiscvTest, BusErrorIsAFaultAndEndsAllAccesses) {
  const auto machine = bench(program("bus_error"));
  CoreBench::run_ns(10000);
  EXPECT_EQ(
      std::vector<std::string>{
          "control processor core: bus error: read of 4 bytes at 0x70000004: address error, "
          "pc 0x2000000a"},
      machine->faults);
  EXPECT_TRUE(machine->core->halted());
  EXPECT_TRUE(machine->bus.log.empty());
}

TEST_F(RiscvTest, IllegalInstructionIsAFault) {
  EXPECT_EQ("control processor core: illegal instruction 0xffffffff, pc 0x20000004",
            fault_of("illegal_instruction"));
}

TEST_F(RiscvTest, EnvironmentCallIsAFault) {
  EXPECT_EQ("control processor core: ecall, pc 0x20000002", fault_of("environment_call"));
}

TEST_F(RiscvTest, JumpOutsideTheRamIsAFault) {
  EXPECT_EQ("control processor core: instruction fetch outside the RAM, at 0x50000000, pc 0x20000000",
            fault_of("jump_outside"));
}

TEST_F(RiscvTest, FaultWithoutAListenerIsAnError) {
  expect_report("/hwcvp/control_processor");
  const auto machine = bench(program("environment_call"));
  machine->core->on_fault = nullptr;
  EXPECT_THROW(CoreBench::run_ns(1000), sc_core::sc_report);
  EXPECT_EQ(std::vector<std::string>{"control processor core: ecall, pc 0x20000002"}, reports());
}

TEST_F(RiscvTest, ErrorThrownByATargetReachesTheSimulationsCaller) {
  expect_report("/test/memory");
  const auto machine = bench(program("write_loop"));
  machine->bus.throws = true;
  EXPECT_THROW(CoreBench::run_ns(1000), sc_core::sc_report);
  EXPECT_EQ(1u, reports().size());
  EXPECT_TRUE(machine->bus.log.empty());
}

// Kills the processes of a module at a given time.
struct Killer : sc_core::sc_module {
  const sc_core::sc_module& victim;
  const sc_time time;
  std::vector<sc_core::sc_process_handle> killed;

  Killer(const sc_core::sc_module_name& name, const sc_core::sc_module& module, const sc_time& when)
      : sc_module(name), victim(module), time(when) {
    HWCVP_THREAD(run);
  }

  void run() {
    wait(time);
    for (sc_core::sc_object* child : victim.get_child_objects()) {
      const sc_core::sc_process_handle process(child);
      if (process.valid()) {
        killed.push_back(process);
      }
    }
    for (sc_core::sc_process_handle& process : killed) {
      process.kill();
    }
  }
};

TEST_F(RiscvTest, CoreCanBeKilledWithinAnAccess) {
  const auto machine = bench(program("write_loop"));
  Killer killer("killer", *machine->core, sc_time(500, SC_NS));
  machine->bus.latency = sc_time(1000, SC_NS);
  machine->bus.waits = true;
  CoreBench::run_ns(5000);
  ASSERT_EQ(1u, killer.killed.size());
  EXPECT_TRUE(killer.killed[0].terminated());
  EXPECT_TRUE(machine->bus.log.empty()) << "the access did not end";
  EXPECT_TRUE(machine->faults.empty());
}

TEST_F(RiscvTest, SeveralCoresDoNotDisturbOneAnother) {
  ControlProcessorProperties fine = program("count_loop");
  fine.quantum = sc_time(10, SC_NS);
  const auto counting = bench(program("count_loop"), "counting");
  const auto counting_finely = bench(fine, "counting_finely");
  const auto writing = bench(program("write_loop"), "writing");
  const auto waking = bench(program("count_wakeups"), "waking");
  const auto failing = bench(program("bus_error"), "failing");
  writing->bus.latency = sc_time(10, SC_NS);
  writing->bus.waits = true;
  CoreBench::run_ns(100000);
  for (const auto* machine : {&counting, &counting_finely}) {
    EXPECT_EQ(3u, (*machine)->bus.word(kMemory));
    EXPECT_EQ(2007u, (*machine)->bus.word(kMemory + 4));
    EXPECT_EQ(2010u, (*machine)->core->statistics().instructions);
  }
  ASSERT_LT(900u, writing->bus.log.size());
  for (size_t i = 0; i < writing->bus.log.size(); ++i) {
    ASSERT_EQ(writing->bus.log[0].time_ns + 110 * i, writing->bus.log[i].time_ns);
  }
  EXPECT_EQ(0u, waking->bus.word(kMemory));
  EXPECT_TRUE(failing->core->halted());
  EXPECT_FALSE(writing->core->halted());
  waking->mailbox.post_job(0, 0);
  CoreBench::run_ns(1000);
  EXPECT_EQ(1u, waking->bus.word(kMemory));
}

TEST_F(RiscvTest, RefusesImagesAndPropertiesThatCannotWork) {
  ControlProcessorProperties properties = program("missing");
  EXPECT_EQ("firmware image " + properties.firmware_image + ": cannot be read", error_of(properties));

  const std::string path = ::testing::TempDir() + "hwcvp_oversized.bin";
  std::ofstream(path, std::ios::binary) << std::string(4097, '\0');
  properties.firmware_image = path;
  properties.ram_bytes = 4096;
  EXPECT_EQ("firmware image " + path + ": expected 1 to 4096 bytes, found 4097", error_of(properties));

  properties = program("count_loop");
  properties.ram_bytes = 1000;
  EXPECT_EQ(
      "control processor: ram_base, ram_bytes: expected multiples of 4096, and ram_bytes more than zero",
      error_of(properties));

  properties = program("count_loop");
  properties.clock_period = sc_core::SC_ZERO_TIME;
  EXPECT_EQ("control processor: clock_period: expected more than zero", error_of(properties));

  properties = program("count_loop");
  properties.cycles_per_instruction = 0;
  EXPECT_EQ("control processor: cycles_per_instruction, cycles_per_access: expected more than zero",
            error_of(properties));
}

TEST_F(RiscvTest, NamesThePluginThatCannotBeLoaded) {
  EXPECT_THAT(error_of(program("count_loop"), "/nonexistent/plugin.so"),
              ::testing::StartsWith("control processor plug-in /nonexistent/plugin.so: cannot be loaded: "));
  EXPECT_THROW(make_control_processor("arm", "core", program("count_loop")), InputError);
}

}  // namespace
}  // namespace hwcvp
