// Random stacks on the assembled machine, on both kinds of control processor: posted to the mailbox, alone
// and in a list. HWCVP_SEED and HWCVP_STACKS_ON_MACHINE choose other and more cases.
#include <gtest/gtest.h>

#include <cstddef>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "platform/machine/soc.h"
#include "platform/placement/memory_map.h"
#include "sw/crc32.h"
#include "sw/job.h"
#include "tests/support/environment.h"
#include "tests/support/stack/stack_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::sc_time;

constexpr uint64_t kStatus = memory_map::kControlBase;
constexpr StackPlace kPlace = {memory_map::kControlBase + memory_map::kControlBytes + 1,
                               memory_map::kHwcBase};

struct Machine {
  const char* name;
  ControlProcessorKind processor;
  MemoryTransport transport;
};
void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }

// What the accelerator did at its memory port.
struct Recorder : tlm::tlm_analysis_if<TransactionRecord> {
  void write(const TransactionRecord& record) override { transactions.push_back(record); }
  std::vector<TransactionRecord> transactions;
};

class StackMachineTest : public SystemcTest, public testing::WithParamInterface<Machine> {
 protected:
  StackMachineTest() { soc.tensor_monitor.transactions.bind(recorder); }

  static PlatformConfig config() {
    PlatformConfig config;
    config.control_processor.kind = GetParam().processor;
    config.hwc.memory_transport = GetParam().transport;
    config.hwc.buffer_bytes = 1 << 18;
    config.hwc.fifo_depth = 4;
    return config;
  }
  static SocFiles files() {
    SocFiles files;
    files.firmware_image = HWCVP_FIRMWARE_IMAGE;
    return files;
  }

  void load(const StackCase& c) {
    for (const StackWindow& window : c.windows)
      soc.write_memory(window.address, window.before.data(), window.before.size());
    const std::vector<uint8_t> descriptor = c.descriptor();
    soc.write_memory(c.address, descriptor.data(), descriptor.size());
  }
  void post(uint64_t address) {
    recorder.transactions.clear();
    soc.mailbox.post_job(address, kStatus);
    for (int i = 0; i < 1000 && soc.mailbox.busy(); ++i) sc_core::sc_start(sc_time(100, sc_core::SC_US));
    ASSERT_FALSE(soc.mailbox.busy());
  }
  template <typename Status>
  Status status_at(uint64_t address) {
    Status status{};
    soc.read_memory(address, &status, sizeof status);
    return status;
  }

  void check_memory(const StackCase& c) {
    for (const StackWindow& window : c.windows) {
      int64_t read = 0;
      int64_t written = 0;
      for (const TransactionRecord& transaction : recorder.transactions) {
        if (transaction.address < window.address ||
            transaction.address >= window.address + window.before.size()) {
          continue;
        }
        (transaction.is_read ? read : written) += static_cast<int64_t>(transaction.bytes);
      }
      EXPECT_EQ(window.read, read) << window.name;
      EXPECT_EQ(window.written, written) << window.name;
      std::vector<uint8_t> now(window.before.size());
      soc.read_memory(window.address, now.data(), now.size());
      EXPECT_TRUE(window.after == now) << window.name << " is not what operators one by one make";
    }
  }

  Soc soc{"soc", config(), files()};
  Recorder recorder;
};

TEST_P(StackMachineTest, MakesEveryTensorWithThePredictedBytes) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 20261202));
  const int64_t cases = from_environment("HWCVP_STACKS_ON_MACHINE", 500);
  std::cout << "seed " << seed << " (HWCVP_SEED)\n";
  std::mt19937_64 random(seed);
  soc.mailbox.on_console_line = [](const sc_time&, const std::string&) {};
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (int64_t i = 0; i < cases && !HasFailure(); ++i) {
    const StackCase c = random_stack_case(kPlace, random);
    SCOPED_TRACE("case " + std::to_string(i) + ": " + c.text);
    load(c);
    post(c.address);
    const auto status = status_at<hwc_status>(kStatus);
    if (c.cost) {
      ASSERT_EQ(uint32_t{HWC_JOB_DONE}, status.result) << status.detail[0] << ' ' << status.detail[1];
      check_memory(c);
    } else {
      EXPECT_EQ(uint32_t{HWC_JOB_BAD_WINDOWS}, status.result);
    }
  }
}

// Stacks are entries of a list like others.
TEST_P(StackMachineTest, RunsListsOfStacks) {
  std::mt19937_64 random(5);
  std::vector<StackCase> stacks;
  uint64_t base = kPlace.base;
  while (stacks.size() < 3) {
    const StackCase c = random_stack_case({base, kPlace.hwc}, random);
    if (!c.cost) continue;
    base = c.address + c.descriptor().size() + 1;
    stacks.push_back(c);
  }
  const uint64_t list_address = (base + 15) / 8 * 8;
  const uint64_t entries = list_address + 0x100;
  for (size_t i = 0; i < stacks.size(); ++i) {
    load(stacks[i]);
    const hwc_list_entry entry = {stacks[i].address, kStatus + 0x100 * (i + 1)};
    soc.write_memory(entries + i * sizeof entry, &entry, sizeof entry);
  }
  hwc_list list = {HWC_LIST_MAGIC, sizeof list, 0, static_cast<uint32_t>(stacks.size()), entries};
  uint32_t remainder = CRC32_INITIAL;
  const auto* const words = reinterpret_cast<const uint32_t*>(&list);
  for (size_t i = offsetof(hwc_list, crc32) / 4 + 1; i < sizeof list / 4; ++i)
    remainder = crc32_add_word(remainder, words[i]);
  list.crc32 = crc32_finish(remainder);
  soc.write_memory(list_address, &list, sizeof list);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  post(list_address);
  const auto status = status_at<hwc_list_status>(kStatus);
  EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status.total.result) << status.total.detail[0];
  EXPECT_EQ(3u, status.jobs_done);
  for (size_t i = 0; i < stacks.size(); ++i) {
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status_at<hwc_status>(kStatus + 0x100 * (i + 1)).result);
    check_memory(stacks[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, StackMachineTest,
                         testing::Values(Machine{"RiscvLooselyTimed", ControlProcessorKind::riscv,
                                                 MemoryTransport::loosely_timed},
                                         Machine{"RiscvApproximatelyTimed", ControlProcessorKind::riscv,
                                                 MemoryTransport::approximately_timed},
                                         Machine{"NativeLooselyTimed", ControlProcessorKind::native,
                                                 MemoryTransport::loosely_timed},
                                         Machine{"NativeApproximatelyTimed", ControlProcessorKind::native,
                                                 MemoryTransport::approximately_timed}),
                         [](const auto& machine) { return std::string(machine.param.name); });

}  // namespace
}  // namespace hwcvp
