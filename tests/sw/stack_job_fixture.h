// What the tests of stacks on the HWC have in common.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "registers/hwc.h"
#include "sw/firmware.h"
#include "sw/job.h"
#include "tests/support/accelerators/bench_hal.h"
#include "tests/support/accelerators/hwc_bench.h"
#include "tests/support/environment.h"
#include "tests/support/stack/network_builder.h"
#include "tests/support/stack/stack_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {

// Stacks and all that belongs to them lie at odd addresses.
inline constexpr StackPlace kStackPlace = {HwcBench::kDramBase + 3, HwcBench::kRegistersBase};

// How the machine is put together.
struct Machine {
  const char* name;
  MemoryTransport transport;
  uint32_t fifo_depth, burst_bytes;
  bool functional;
  int64_t share;  // of the cases, in hundredths
};

inline void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }

// One HWC, on which the firmware runs stacks.
class StackJobTest : public SystemcTest {
 protected:
  explicit StackJobTest(const Machine& machine = {"", MemoryTransport::loosely_timed, 3, 64, true, 100})
      : functional(machine.functional), bench("bench", properties(machine)) {
    // What the firmware finds in these registers is up to the test, so that fitting is seen to the byte.
    limited_.context = this;
    limited_.read32 = [](void* self, uint64_t address) {
      auto* const test = static_cast<StackJobTest*>(self);
      const auto found = test->capability.find(address - HwcBench::kRegistersBase);
      return found != test->capability.end() ? found->second : hal_read32(test->hal_.get(), address);
    };
    limited_.write32 = [](void* self, uint64_t address, uint32_t value) {
      hal_write32(static_cast<StackJobTest*>(self)->hal_.get(), address, value);
    };
    limited_.wait_for_interrupt = [](void* self) {
      hal_wait_for_interrupt(static_cast<StackJobTest*>(self)->hal_.get());
    };
  }

  static Hwc::Properties properties(const Machine& machine) {
    Hwc::Properties p;
    p.fifo_depth = machine.fifo_depth;
    p.buffer_bytes = 1 << 20;
    p.max_channels = 256;
    p.max_burst_bytes = machine.burst_bytes;
    p.memory_transport = machine.transport;
    p.functional = machine.functional;
    return p;
  }

  void load(const StackCase& c) {
    for (const StackWindow& window : c.windows)
      bench.store(window.address, window.before.data(), window.before.size());
  }

  // Runs the stack; memory must hold its tensors.
  hwc_status run_firmware(const StackCase& c) {
    const std::vector<uint8_t> descriptor = c.descriptor();
    bench.store(c.address, descriptor.data(), descriptor.size());
    bench.transactions.clear();
    bench.recording = true;
    hwc_status status{};
    const console quiet = {hal(), 0, LOG_ERROR};
    firmware_run_job(&quiet, c.address, &status);
    bench.recording = false;
    EXPECT_EQ(HWC_STATUS_MAGIC, status.magic);
    return status;
  }

  struct Moved {
    int64_t read = 0, written = 0;
  };
  // Bytes of each window, by its address; of 0 those outside of all.
  std::map<uint64_t, Moved> moved(const StackCase& c) const {
    std::map<uint64_t, Moved> sums;
    for (const TransactionRecord& transaction : bench.transactions) {
      uint64_t of = 0;
      for (const StackWindow& window : c.windows) {
        const bool inside = transaction.address >= window.address &&
                            transaction.address + transaction.bytes <= window.address + window.before.size();
        if (inside) of = window.address;
      }
      (transaction.is_read ? sums[of].read : sums[of].written) += static_cast<int64_t>(transaction.bytes);
    }
    return sums;
  }

  void check(const StackCase& c) {
    load(c);
    capability.clear();
    if (!c.cost) {
      EXPECT_EQ(uint32_t{HWC_JOB_BAD_WINDOWS}, run_firmware(c).result);
      EXPECT_TRUE(bench.transactions.empty());
      return;
    }
    const auto needed = static_cast<uint32_t>(c.buffer_bytes());
    if (needed > 0) check_one_byte_less(c, needed);
    capability[HWC_BUFFER_BYTES] = needed;
    const hwc_status status = run_firmware(c);
    ASSERT_EQ(uint32_t{HWC_JOB_DONE}, status.result) << status.detail[0] << ' ' << status.detail[1];
    EXPECT_EQ(bench.read(HWC_LOAD_DONE), status.load_commands);
    EXPECT_EQ(bench.read(HWC_COMPUTE_DONE), status.compute_commands);
    EXPECT_EQ(bench.read(HWC_STORE_DONE), status.store_commands);
    EXPECT_EQ(bench.read(HWC_VECTOR_DONE), status.vector_commands);
    check_memory(c);
  }

  void check_one_byte_less(const StackCase& c, uint32_t needed) {
    capability[HWC_BUFFER_BYTES] = needed - 1;
    const hwc_status status = run_firmware(c);
    EXPECT_EQ(uint32_t{HWC_JOB_DOES_NOT_FIT}, status.result);
    EXPECT_EQ(needed, status.detail[0]);
    EXPECT_EQ(needed - 1, status.detail[1]);
    EXPECT_TRUE(bench.transactions.empty());
  }

  void check_memory(const StackCase& c) {
    std::map<uint64_t, Moved> sums = moved(c);
    EXPECT_EQ(0, sums[0].read + sums[0].written) << "bytes outside of all windows";
    for (const StackWindow& window : c.windows) {
      EXPECT_EQ(window.read, sums[window.address].read) << window.name;
      EXPECT_EQ(window.written, sums[window.address].written) << window.name;
      if (!functional) continue;
      std::vector<uint8_t> now(window.before.size());
      bench.fetch(window.address, now.data(), now.size());
      EXPECT_TRUE(window.after == now) << window.name << " is not what operators one by one make";
    }
  }

  StackCase make(const stack::NetworkBuilder& builder, const stack::Schedule& schedule) {
    auto made = make_stack_case(builder.network, schedule, kStackPlace, random);
    EXPECT_TRUE(made.has_value());
    return *std::move(made);
  }

  void run(const std::function<void()>& script) {
    const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 20261201));
    std::cout << "seed " << seed << " (HWCVP_SEED)\n";
    random.seed(seed);
    ASSERT_TRUE(bench.run(script));
  }

  const struct hal* hal() const { return &limited_; }

  const bool functional;
  std::mt19937_64 random;
  HwcBench bench;
  std::map<uint64_t, uint32_t> capability;  // that the firmware finds, by offset of the register

 private:
  BenchHal hal_{bench, HWC_SIZE};
  struct hal limited_ {};
};

}  // namespace hwcvp
