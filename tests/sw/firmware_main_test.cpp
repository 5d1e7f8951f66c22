// The firmware's main loop at its mailbox: bells, status blocks, console.
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "registers/mailbox.h"
#include "tests/sw/firmware_bench.h"
#include "tests/sw/job_case.h"

namespace hwcvp {
namespace {

constexpr uint64_t kMailbox = 0x10000000;

// Ends the firmware's endless loop.
struct NothingMoreToDo {};

// A host that rings once for each job, a mailbox, and the bench's machine behind them.
class Host {
 public:
  struct Job {
    uint64_t job = 0;
    uint64_t status = 0;
  };

  Host() : bench(FakeHwcOptions(), 1) {
    hal_.context = this;
    hal_.read32 = [](void* host, uint64_t address) { return static_cast<Host*>(host)->read(address); };
    hal_.write32 = [](void* host, uint64_t address, uint32_t value) {
      static_cast<Host*>(host)->write(address, value);
    };
    hal_.wait_for_interrupt = [](void* host) { static_cast<Host*>(host)->wait(); };
  }

  // Runs the firmware until it waits for a job that does not come.
  void serve() { EXPECT_THROW(firmware_main(&hal_, kMailbox), NothingMoreToDo); }

  FirmwareBench bench;
  std::deque<Job> jobs;
  std::string console;
  std::vector<uint64_t> status_writes;  // addresses, in order
  uint32_t done = 0;

 private:
  uint32_t read(uint64_t address) {
    switch (address) {
      case kMailbox + MAILBOX_DOORBELL:
        return pending_ ? MAILBOX_DOORBELL_PENDING_MASK : 0;
      case kMailbox + MAILBOX_JOB_LO:
        return static_cast<uint32_t>(current_.job);
      case kMailbox + MAILBOX_JOB_HI:
        return static_cast<uint32_t>(current_.job >> 32);
      case kMailbox + MAILBOX_STATUS_LO:
        return static_cast<uint32_t>(current_.status);
      case kMailbox + MAILBOX_STATUS_HI:
        return static_cast<uint32_t>(current_.status >> 32);
      default:
        return hal_read32(&bench.hal(), address);
    }
  }

  void write(uint64_t address, uint32_t value) {
    if (address == kMailbox + MAILBOX_DOORBELL) {
      EXPECT_EQ(value, MAILBOX_DOORBELL_PENDING_MASK);
      pending_ = false;
    } else if (address == kMailbox + MAILBOX_CONSOLE) {
      for (; value != 0; value >>= 8) console += static_cast<char>(value);
    } else if (address == kMailbox + MAILBOX_DONE) {
      EXPECT_EQ(value, MAILBOX_DONE_DONE_MASK);
      EXPECT_EQ(bench.memory.read(current_.status, 4), static_cast<int32_t>(HWC_STATUS_MAGIC))
          << "done before the status block is complete";
      ++done;
    } else {
      if (address >= current_.status && address < current_.status + sizeof(hwc_status))
        status_writes.push_back(address);
      hal_write32(&bench.hal(), address, value);
    }
  }

  void wait() {
    if (!bench.hwc.idle()) return hal_wait_for_interrupt(&bench.hal());
    if (jobs.empty()) throw NothingMoreToDo();
    current_ = jobs.front();
    jobs.pop_front();
    pending_ = true;
  }

  struct hal hal_;
  Job current_;
  bool pending_ = false;
};

hwc_status status_at(const TestMemory& memory, uint64_t address) {
  const auto word = [&](uint64_t i) { return static_cast<uint32_t>(memory.read(address + 4 * i, 4)); };
  return {word(0), word(1), {word(2), word(3)}, word(4), word(5), word(6), word(7)};
}

TEST(FirmwareMain, ServesOneJobAfterTheOther) {
  Host host;
  std::mt19937_64 random(3);
  std::deque<JobCase> cases;
  for (int i = 0; i < 3; ++i) {
    Layer layer;
    layer.in_channels = 2 + i;
    layer.in_height = layer.in_width = 5;
    layer.out_channels = 4;
    layer.kernel_shape = {2, 3};
    Schedule schedule;
    schedule.loops = {{Dim::C, 1}};
    schedule.buffer_level = {1, 1, 0};
    cases.emplace_back(layer, schedule, FirmwareBench::kHwc, host.bench.memory, random);
    host.jobs.push_back({cases.back().address(), host.bench.memory.allocate(sizeof(hwc_status))});
  }
  const std::deque<Host::Job> jobs = host.jobs;
  host.serve();
  EXPECT_EQ(host.done, 3u);
  EXPECT_EQ(host.console, "") << "success is not logged";
  for (size_t i = 0; i < jobs.size(); ++i) {
    const hwc_status status = status_at(host.bench.memory, jobs[i].status);
    EXPECT_EQ(status.magic, HWC_STATUS_MAGIC);
    EXPECT_EQ(status.result, HWC_JOB_DONE);
    EXPECT_EQ(status.compute_commands, 2 + i);
    EXPECT_EQ(status.store_commands, 1u);
    EXPECT_EQ(cases[i].output(host.bench.memory), cases[i].expected_output());
  }
}

TEST(FirmwareMain, LogsAFailureAndGoesOn) {
  Host host;
  std::mt19937_64 random(3);
  const JobCase job(Layer(), Schedule(), FirmwareBench::kHwc, host.bench.memory, random);
  const uint64_t nothing = host.bench.memory.allocate(sizeof(hwc_job));
  host.bench.memory.write(nothing, 4, 1234567890);
  for (const uint64_t address : {nothing, job.address()}) {
    host.jobs.push_back({address, host.bench.memory.allocate(sizeof(hwc_status))});
  }
  const std::deque<Host::Job> jobs = host.jobs;
  host.serve();
  EXPECT_EQ(host.console, "error: job failed: result 1, detail 1234567890 0\n");
  EXPECT_EQ(status_at(host.bench.memory, jobs[0].status).result, HWC_JOB_BAD_MAGIC);
  EXPECT_EQ(status_at(host.bench.memory, jobs[1].status).result, HWC_JOB_DONE);
  EXPECT_EQ(host.done, 2u);
}

TEST(FirmwareMain, WritesTheMagicLast) {
  Host host;
  std::mt19937_64 random(3);
  const JobCase job(Layer(), Schedule(), FirmwareBench::kHwc, host.bench.memory, random);
  const uint64_t status = host.bench.memory.allocate(sizeof(hwc_status));
  host.jobs.push_back({job.address(), status});
  host.serve();
  ASSERT_EQ(host.status_writes.size(), sizeof(hwc_status) / 4);
  EXPECT_EQ(host.status_writes.back(), status);
}

}  // namespace
}  // namespace hwcvp
