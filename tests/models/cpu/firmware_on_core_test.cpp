// The firmware from doorbell to status block on both kinds of core, with jobs that it refuses before it needs
// an accelerator.
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "models/cpu/control_processor_loader.h"
#include "sw/job.h"
#include "tests/support/accelerators/control_processor_bench.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

constexpr uint64_t kJob = TestBus::kMemoryBase;
constexpr uint64_t kStatus = TestBus::kMemoryBase + 0x800;

struct FirmwareBench : CoreBench {
  explicit FirmwareBench(const std::string& kind)
      : CoreBench(make_control_processor(kind, kind.c_str(), properties())) {
    mailbox.on_console_line = [this](const sc_core::sc_time&, const std::string& line) {
      console.push_back(line);
    };
  }

  static ControlProcessorProperties properties() {
    ControlProcessorProperties result;
    result.mailbox_base = TestBus::kMailboxBase;
    result.firmware_image = HWCVP_FIRMWARE_IMAGE;
    return result;
  }

  uint32_t status(size_t offset) const { return bus.word(kStatus + offset); }

  std::vector<std::string> console;
};

class FirmwareTest : public SystemcTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(FirmwareTest, RefusesBadJobsAndGoesOnServing) {
  FirmwareBench machine(GetParam());
  CoreBench::run_ns(10000);
  EXPECT_EQ(1u, machine.core->statistics().sleeps) << "asleep until the first job";

  machine.bus.set_word(kJob, 0x12345678);
  machine.mailbox.post_job(kJob, kStatus);
  CoreBench::run_ns(1e6);
  EXPECT_FALSE(machine.mailbox.busy());
  EXPECT_EQ(HWC_STATUS_MAGIC, machine.status(offsetof(hwc_status, magic)));
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_MAGIC}, machine.status(offsetof(hwc_status, result)));
  EXPECT_EQ(0x12345678u, machine.status(offsetof(hwc_status, detail)));
  EXPECT_EQ(std::vector<std::string>{"error: job failed: result 1, detail 305419896 0"}, machine.console);

  machine.bus.set_word(kJob, HWC_JOB_MAGIC);
  machine.bus.set_word(kJob + offsetof(hwc_job, size_bytes), sizeof(hwc_job));
  machine.bus.set_word(kJob + offsetof(hwc_job, crc32), 0xdeadbeef);
  machine.mailbox.post_job(kJob, kStatus);
  CoreBench::run_ns(1e7);
  EXPECT_FALSE(machine.mailbox.busy());
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_CRC}, machine.status(offsetof(hwc_status, result)));
  EXPECT_EQ(0xdeadbeefu, machine.status(offsetof(hwc_status, detail) + 4));
  EXPECT_TRUE(machine.faults.empty());
}

TEST_P(FirmwareTest, JobWhereNothingAnswersIsAFault) {
  FirmwareBench machine(GetParam());
  machine.mailbox.post_job(0x70000000, kStatus);
  CoreBench::run_ns(1e6);
  ASSERT_EQ(1u, machine.faults.size());
  EXPECT_EQ(0u, machine.faults[0].find("control processor " + std::string(GetParam()) +
                                       ": bus error: read of 4 bytes at 0x70000000: address error"));
  EXPECT_TRUE(machine.mailbox.busy());
}

INSTANTIATE_TEST_SUITE_P(Kinds, FirmwareTest, ::testing::Values("native", "riscv"));

TEST_F(SystemcTest, BothKindsMakeTheSameAccesses) {
  FirmwareBench native("native");
  FirmwareBench riscv("riscv");
  for (FirmwareBench* machine : {&native, &riscv}) {
    machine->bus.set_word(kJob, HWC_JOB_MAGIC);
    machine->bus.set_word(kJob + offsetof(hwc_job, size_bytes), sizeof(hwc_job));
    machine->mailbox.post_job(kJob, kStatus);
  }
  CoreBench::run_ns(1e7);
  ASSERT_LT(sizeof(hwc_job) / 4, native.bus.log.size()) << "the whole job was read";
  ASSERT_EQ(native.bus.log.size(), riscv.bus.log.size());
  for (size_t i = 0; i < native.bus.log.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(native.bus.log[i].write, riscv.bus.log[i].write);
    EXPECT_EQ(native.bus.log[i].address, riscv.bus.log[i].address);
    EXPECT_EQ(native.bus.log[i].value, riscv.bus.log[i].value);
  }
  EXPECT_EQ(native.console, riscv.console);
  EXPECT_EQ(native.core->statistics().bus_reads, riscv.core->statistics().bus_reads);
  EXPECT_EQ(native.core->statistics().bus_writes, riscv.core->statistics().bus_writes);
}

}  // namespace
}  // namespace hwcvp
