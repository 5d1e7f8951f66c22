// The firmware's main loop at its mailbox: bells, status blocks, console.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "registers/mailbox.h"
#include "sw/crc32.h"
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
  std::vector<uint32_t> progress;
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
    } else if (address == kMailbox + MAILBOX_PROGRESS) {
      EXPECT_TRUE(bench.hwc.idle());
      progress.push_back(value);
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
  return {word(0), word(1), {word(2), word(3)}, word(4), word(5), word(6), word(7), word(8)};
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
  ASSERT_EQ(host.status_writes.size(), sizeof(hwc_status) / 4 - 1) << "all but what vector jobs count";
  EXPECT_EQ(host.status_writes.back(), status);
}

// Lists of small jobs.
class FirmwareList : public testing::Test {
 protected:
  // Places a job of so many input channels, one compute command each.
  void add(int64_t channels) {
    Layer layer;
    layer.in_channels = channels;
    layer.in_height = layer.in_width = 4;
    layer.out_channels = 3;
    layer.kernel_shape = {3, 3};
    Schedule schedule;
    schedule.loops = {{Dim::C, 1}};
    schedule.buffer_level = {1, 1, 0};
    cases.emplace_back(layer, schedule, FirmwareBench::kHwc, memory(), random);
    entries.push_back({cases.back().address(), memory().allocate(sizeof(hwc_status))});
  }

  void place() {
    list.magic = HWC_LIST_MAGIC;
    list.size_bytes = sizeof list;
    list.count = static_cast<uint32_t>(entries.size());
    list.entries = memory().allocate(sizeof(hwc_list_entry) * entries.size());
    memory().copy_in(list.entries, entries.data(), sizeof(hwc_list_entry) * entries.size());
  }

  // Posts the list, its CRC put right, and serves it.
  hwc_list_status serve() {
    const auto* const words = reinterpret_cast<const uint32_t*>(&list);
    uint32_t remainder = CRC32_INITIAL;
    for (size_t i = 3; i < sizeof list / 4; ++i) remainder = crc32_add_word(remainder, words[i]);
    list.crc32 = crc32_finish(remainder);
    return serve_as_it_is();
  }
  hwc_list_status serve_as_it_is() {
    const uint64_t address = memory().allocate(sizeof list);
    memory().copy_in(address, &list, sizeof list);
    const uint64_t status = memory().allocate(sizeof(hwc_list_status));
    host.jobs.push_back({address, status});
    host.serve();
    EXPECT_EQ(1u, host.done);
    EXPECT_EQ(status, host.status_writes.back()) << "the magic word comes last";
    const auto word = [&](size_t at) { return static_cast<uint32_t>(memory().read(status + at, 4)); };
    return {status_at(memory(), status), word(offsetof(hwc_list_status, jobs_done)),
            word(offsetof(hwc_list_status, failed_job))};
  }

  void expect_refusal(uint32_t result, uint32_t detail0, uint32_t detail1, const hwc_list_status& status) {
    EXPECT_EQ(HWC_STATUS_MAGIC, status.total.magic);
    EXPECT_EQ(result, status.total.result);
    EXPECT_EQ(detail0, status.total.detail[0]);
    EXPECT_EQ(detail1, status.total.detail[1]);
    EXPECT_EQ(0u, status.jobs_done);
    EXPECT_TRUE(host.progress.empty());
    EXPECT_NE(std::string::npos, host.console.find("error: list")) << host.console;
  }

  TestMemory& memory() { return host.bench.memory; }

  Host host;
  std::mt19937_64 random{5};
  std::deque<JobCase> cases;
  std::vector<hwc_list_entry> entries;
  hwc_list list{};
};

TEST_F(FirmwareList, RunsJobsInOrderAndTellsOfEach) {
  for (const int64_t channels : {3, 1, 2}) add(channels);
  place();
  const hwc_list_status status = serve();
  EXPECT_EQ(HWC_STATUS_MAGIC, status.total.magic);
  EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status.total.result);
  EXPECT_EQ(6u, status.total.compute_commands);
  EXPECT_EQ(3u, status.total.store_commands);
  EXPECT_EQ(3u, status.jobs_done);
  EXPECT_EQ(HWC_LIST_NO_JOB, status.failed_job);
  EXPECT_EQ((std::vector<uint32_t>{1, 2, 3}), host.progress);
  EXPECT_EQ("", host.console);
  const std::array<uint32_t, 3> computes = {3, 1, 2};
  for (size_t i = 0; i < 3; ++i) {
    const hwc_status job = status_at(memory(), entries[i].status);
    EXPECT_EQ(HWC_STATUS_MAGIC, job.magic);
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, job.result);
    EXPECT_EQ(computes[i], job.compute_commands);
    EXPECT_EQ(cases[i].expected_output(), cases[i].output(memory()));
  }
}

TEST_F(FirmwareList, EndsAtTheFirstJobThatFails) {
  for (const int64_t channels : {1, 2, 3}) add(channels);
  memory().write(entries[1].job + offsetof(hwc_job, group), 4, 2);  // its CRC is that of another
  place();
  const hwc_list_status status = serve();
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_CRC}, status.total.result);
  EXPECT_EQ(1u, status.jobs_done);
  EXPECT_EQ(1u, status.failed_job);
  EXPECT_EQ(1u, status.total.compute_commands);
  EXPECT_EQ(std::vector<uint32_t>{1}, host.progress);
  EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status_at(memory(), entries[0].status).result);
  const hwc_status failed = status_at(memory(), entries[1].status);
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_CRC}, failed.result);
  EXPECT_EQ(failed.detail[0], status.total.detail[0]);
  EXPECT_EQ(failed.detail[1], status.total.detail[1]);
  EXPECT_NE(HWC_STATUS_MAGIC, status_at(memory(), entries[2].status).magic) << "never begun";
  EXPECT_NE(std::string::npos, host.console.find("error: list ended at job 1 of 3\n")) << host.console;
}

TEST_F(FirmwareList, HoldsNoListsAndNothingElse) {
  add(1);
  place();
  const uint64_t inner = memory().allocate(sizeof list);
  memory().copy_in(inner, &list, sizeof list);
  entries = {{inner, memory().allocate(sizeof(hwc_status))}};
  place();
  const hwc_list_status status = serve();
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_MAGIC}, status.total.result);
  EXPECT_EQ(HWC_LIST_MAGIC, status.total.detail[0]);
  EXPECT_EQ(0u, status.failed_job);
}

TEST_F(FirmwareList, IsRefusedWhereItIsNotWhole) {
  add(1);
  place();
  list.size_bytes = sizeof list + 4;
  expect_refusal(HWC_JOB_BAD_SIZE, sizeof list + 4, 0, serve());
}

TEST_F(FirmwareList, IsRefusedWhereItWasCorrupted) {
  add(1);
  place();
  list.crc32 = 1;
  const hwc_list_status status = serve_as_it_is();
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_CRC}, status.total.result);
  EXPECT_EQ(1u, status.total.detail[1]);
  EXPECT_EQ(HWC_LIST_NO_JOB, status.failed_job);
}

TEST_F(FirmwareList, IsRefusedWithoutJobs) {
  add(1);
  place();
  list.count = 0;
  expect_refusal(HWC_JOB_BAD_LIST, offsetof(hwc_list, count), 0, serve());
}

TEST_F(FirmwareList, IsRefusedWithTooManyJobs) {
  add(1);
  place();
  list.count = HWC_LIST_MAX_JOBS + 1;
  expect_refusal(HWC_JOB_BAD_LIST, offsetof(hwc_list, count), HWC_LIST_MAX_JOBS + 1, serve());
}

TEST_F(FirmwareList, IsRefusedWithEntriesOffAWord) {
  add(1);
  place();
  list.entries += 2;
  expect_refusal(HWC_JOB_BAD_LIST, offsetof(hwc_list, entries), static_cast<uint32_t>(list.entries), serve());
}

TEST_F(FirmwareList, RefusesAnEntryWithAnAddressOffAWord) {
  for (uint64_t hwc_list_entry::*const address : {&hwc_list_entry::job, &hwc_list_entry::status}) {
    add(1);
    entries.back().*address += 1;
  }
  add(1);
  std::rotate(entries.begin(), entries.begin() + 2, entries.end());  // a good one first
  place();
  const hwc_list_status status = serve();
  EXPECT_EQ(uint32_t{HWC_JOB_BAD_LIST}, status.total.result);
  EXPECT_EQ(offsetof(hwc_list, entries), status.total.detail[0]);
  EXPECT_EQ(static_cast<uint32_t>(entries[1].job), status.total.detail[1]);
  EXPECT_EQ(1u, status.jobs_done);
  EXPECT_EQ(1u, status.failed_job);
}

}  // namespace
}  // namespace hwcvp
