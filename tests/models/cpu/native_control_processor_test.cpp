// The native core, running small firmwares given as C functions.
#include "models/cpu/native_control_processor.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "registers/mailbox.h"
#include "tests/support/accelerators/control_processor_bench.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t kMemory = TestBus::kMemoryBase;

ControlProcessorProperties properties_with_quantum(double quantum_ns) {
  ControlProcessorProperties properties;
  properties.mailbox_base = TestBus::kMailboxBase;
  properties.cycles_per_access = 4;
  properties.quantum = sc_time(quantum_ns, SC_NS);
  return properties;
}

void sleep_for_ever(const struct hal* hal) {
  for (;;) {
    hal_wait_for_interrupt(hal);
  }
}

class NativeTest : public SystemcTest {
 protected:
  static std::unique_ptr<CoreBench> bench(NativeControlProcessor::Firmware firmware, double quantum_ns = 1000,
                                          const char* name = "core") {
    return std::make_unique<CoreBench>(
        std::make_unique<NativeControlProcessor>(name, properties_with_quantum(quantum_ns), firmware));
  }
};

class NativeQuantumTest : public NativeTest, public ::testing::WithParamInterface<double> {};

void copy_times(const struct hal* hal, uint64_t mailbox) {
  for (uint32_t i = 0; i < 100; ++i) {
    hal_write32(hal, kMemory + 4 * i, hal_read32(hal, mailbox + MAILBOX_TIME_LO));
  }
  sleep_for_ever(hal);
}

TEST_P(NativeQuantumTest, EachAccessTakesItsCyclesAndTheLatency) {
  const auto machine = bench(copy_times, GetParam());
  machine->bus.latency = sc_time(10, SC_NS);
  CoreBench::run_ns(10000);
  for (uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(4 + 18 * i, machine->bus.word(kMemory + 4 * i))
        << "4 for the read, 4 + 10 for the write of the memory";
  }
  EXPECT_EQ(100u, machine->core->statistics().bus_reads);
  EXPECT_EQ(100u, machine->core->statistics().bus_writes);
}

INSTANTIATE_TEST_SUITE_P(Quanta, NativeQuantumTest, ::testing::Values(0.0, 7.0, 1000.0, 1e6));

void count_wakeups(const struct hal* hal, uint64_t mailbox) {
  for (uint32_t wakeups = 1;; ++wakeups) {
    hal_wait_for_interrupt(hal);
    hal_write32(hal, kMemory, wakeups);
    hal_write32(hal, mailbox + MAILBOX_DOORBELL, MAILBOX_DOORBELL_PENDING_MASK);
  }
}

TEST_F(NativeTest, SleepsUntilALineIsHighAndTakesTheLevel) {
  const auto machine = bench(count_wakeups);
  CoreBench::run_ns(5000);
  EXPECT_EQ(0u, machine->bus.word(kMemory)) << "asleep";
  machine->accelerator_interrupt.write(true);
  CoreBench::run_ns(1000);
  EXPECT_EQ(5004u, machine->bus.log.at(0).time_ns);
  EXPECT_LT(100u, machine->bus.word(kMemory)) << "does not sleep while the line is high";
  machine->accelerator_interrupt.write(false);
  CoreBench::run_ns(1000);
  const uint32_t wakeups = machine->bus.word(kMemory);
  machine->mailbox.post_job(0, 0);
  CoreBench::run_ns(1000);
  EXPECT_EQ(wakeups + 1, machine->bus.word(kMemory))
      << "the doorbell wakes it once, as the firmware clears it";
}

void read_outside(const struct hal* hal, uint64_t /*mailbox*/) {
  hal_write32(hal, kMemory, hal_read32(hal, 0x70000004));
}

void write_read_only(const struct hal* hal, uint64_t mailbox) {
  hal_write32(hal, mailbox + MAILBOX_TIME_LO, 0);
  hal_write32(hal, kMemory, 1);
}

void return_at_once(const struct hal* /*hal*/, uint64_t /*mailbox*/) {}

TEST_F(NativeTest, ErrorsOnTheBusAndReturningAreFaults) {
  expect_report("/hwcvp/registers");
  const auto reading = bench(read_outside, 1000, "reading");
  const auto writing = bench(write_read_only, 1000, "writing");
  const auto returning = bench(return_at_once, 1000, "returning");
  CoreBench::run_ns(10000);
  EXPECT_EQ(
      std::vector<std::string>{
          "control processor reading: bus error: read of 4 bytes at 0x70000004: address error"},
      reading->faults);
  EXPECT_EQ(
      std::vector<std::string>{
          "control processor writing: bus error: write of 4 bytes at 0x10000020: command error"},
      writing->faults);
  EXPECT_EQ(std::vector<std::string>{"control processor returning: the firmware returned"},
            returning->faults);
  for (const auto* machine : {&reading, &writing, &returning}) {
    EXPECT_TRUE((*machine)->core->halted());
    EXPECT_TRUE((*machine)->bus.log.empty()) << "nothing runs past the fault";
  }
}

void write_once(const struct hal* hal, uint64_t /*mailbox*/) {
  hal_write32(hal, kMemory, 1);
  sleep_for_ever(hal);
}

TEST_F(NativeTest, ErrorThrownByATargetReachesTheSimulationsCaller) {
  expect_report("/test/memory");
  const auto machine = bench(write_once);
  machine->bus.throws = true;
  EXPECT_THROW(CoreBench::run_ns(1000), sc_core::sc_report);
  EXPECT_EQ(1u, reports().size());
}

}  // namespace
}  // namespace hwcvp
