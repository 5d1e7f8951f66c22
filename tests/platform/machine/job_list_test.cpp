// A list of vector operations on the assembled machine, one reading what the one before it has written, on
// both kinds of control processor: the right bytes, and each operator's traffic taken apart by PROGRESS.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "models/monitor/traffic_counter.h"
#include "platform/machine/soc.h"
#include "platform/placement/memory_map.h"
#include "sw/job.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::sc_time;

constexpr int kChannels = 8;
constexpr int kSize = 16;  // of the input, of which pooling and copying leave half
constexpr int kHalf = kSize / 2;
constexpr int kOutputs = kChannels * kHalf * kHalf;

constexpr uint64_t kList = memory_map::kControlBase;
constexpr uint64_t kEntries = kList + 0x100;
constexpr uint64_t kJobs = kList + 0x1000;
constexpr uint64_t kStatuses = kList + 0x8000;
constexpr uint64_t kInput = memory_map::kControlBase + memory_map::kControlBytes;
constexpr uint64_t kPooled = kInput + 0x10000;
constexpr uint64_t kCopied = kPooled + 0x10000;
constexpr uint64_t kOutput = kCopied + 0x10000;

// Pooling, copying or adding with halved rows and columns, or without.
hwc_job job_of(hwc_operation operation, uint64_t input, uint64_t output) {
  hwc_job job{};
  job.magic = HWC_JOB_MAGIC;
  job.size_bytes = sizeof job;
  job.batch = 1;
  const bool adds = operation == HWC_ADD;
  job.group = job.out_channels = kChannels;
  job.in_channels = adds ? 2 * kChannels : kChannels;
  job.in_height = job.in_width = adds ? kHalf : kSize;
  const uint32_t window = operation == HWC_MAX ? 3 : 1;
  for (uint32_t axis = 0; axis < 2; ++axis) {
    job.kernel_shape[axis] = window;
    job.strides[axis] = adds ? 1 : 2;
    job.dilations[axis] = 1;
    job.pads[axis] = operation == HWC_MAX ? 1 : 0;
  }
  job.input_type = job.output_type = HWC_UINT8;
  job.accumulator_type = HWC_INT32;
  job.loop_count = 1;
  job.loops[0] = {HWC_OY, 2};
  for (uint32_t& level : job.buffer_level) level = 1;
  job.input_sliding = 1;
  job.hwc = memory_map::kHwcBase;
  job.input = input;
  job.output = output;
  job.output_max = 255;
  job.operation = operation;
  const float half = 0.5F;
  for (uint32_t& scale : job.scale) std::memcpy(&scale, &half, sizeof scale);
  if (adds) {
    const std::array<uint32_t, 5> strides = {0, kHalf * kHalf, static_cast<uint32_t>(kCopied - kPooled),
                                             kHalf, 1};
    std::copy(strides.begin(), strides.end(), job.memory_stride_input);
  }
  return job;
}

template <typename Descriptor>
void seal(Descriptor& descriptor) {
  constexpr size_t kFirst = offsetof(Descriptor, crc32) + sizeof descriptor.crc32;
  descriptor.crc32 = static_cast<uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(&descriptor) + kFirst,
                                                   static_cast<uInt>(sizeof descriptor - kFirst)));
}

class JobListTest : public SystemcTest, public testing::WithParamInterface<ControlProcessorKind> {
 protected:
  static PlatformConfig config() {
    PlatformConfig config;
    config.control_processor.kind = GetParam();
    return config;
  }
  static SocFiles files() {
    SocFiles files;
    files.firmware_image = HWCVP_FIRMWARE_IMAGE;
    return files;
  }

  void post(const std::vector<hwc_job>& jobs) {
    for (size_t i = 0; i < jobs.size(); ++i) {
      hwc_job job = jobs[i];
      seal(job);
      const hwc_list_entry entry = {kJobs + i * 0x400, kStatuses + i * 0x100};
      soc.write_memory(entry.job, &job, sizeof job);
      soc.write_memory(kEntries + i * sizeof entry, &entry, sizeof entry);
    }
    hwc_list list = {HWC_LIST_MAGIC, sizeof list, 0, static_cast<uint32_t>(jobs.size()), kEntries};
    seal(list);
    soc.write_memory(kList, &list, sizeof list);
    soc.mailbox.post_job(kList, kStatuses + 0x8000);
    for (int i = 0; i < 1000 && soc.mailbox.busy(); ++i) sc_core::sc_start(sc_time(10, sc_core::SC_US));
    ASSERT_FALSE(soc.mailbox.busy());
    soc.read_memory(kStatuses + 0x8000, &status, sizeof status);
  }
  hwc_status status_of(size_t job) {
    hwc_status of_job{};
    soc.read_memory(kStatuses + job * 0x100, &of_job, sizeof of_job);
    return of_job;
  }

  Soc soc{"soc", config(), files()};
  hwc_list_status status{};
};

TEST_P(JobListTest, RunsOperatorsOneAfterTheOther) {
  TrafficCounter counter;
  soc.tensor_monitor.transactions.bind(counter);
  struct Step {
    uint32_t jobs_done;
    uint64_t read_bytes, written_bytes;
    sc_time time;
  };
  std::vector<Step> steps;
  soc.mailbox.on_progress = [&](uint32_t jobs_done) {
    const TrafficCount& count = counter[TrafficClass::other];
    steps.push_back({jobs_done, count.read_bytes, count.write_bytes, soc.mailbox.progress_time()});
    counter.reset_counts();
  };
  std::vector<uint8_t> input(kChannels * kSize * kSize);
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<uint8_t>(i * i * 7 + i / 3);
  soc.write_memory(kInput, input.data(), input.size());

  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  post({job_of(HWC_MAX, kInput, kPooled), job_of(HWC_COPY, kInput, kCopied),
        job_of(HWC_ADD, kPooled, kOutput)});
  EXPECT_EQ(HWC_STATUS_MAGIC, status.total.magic);
  EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status.total.result) << status.total.detail[0];
  EXPECT_EQ(3u, status.jobs_done);
  EXPECT_EQ(HWC_LIST_NO_JOB, status.failed_job);
  EXPECT_EQ(12u, status.total.vector_commands);

  ASSERT_EQ(3u, steps.size());
  const std::array<uint64_t, 3> read = {input.size(), kOutputs, 2 * kOutputs};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(i + 1, steps[i].jobs_done);
    EXPECT_EQ(read[i], steps[i].read_bytes);
    EXPECT_EQ(uint64_t{kOutputs}, steps[i].written_bytes);
    EXPECT_GT(steps[i].time, i == 0 ? sc_core::SC_ZERO_TIME : steps[i - 1].time);
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status_of(i).result);
    EXPECT_EQ(4u, status_of(i).vector_commands);
  }

  const auto at = [&](int c, int y, int x) -> int {
    if (y < 0 || y >= kSize || x < 0 || x >= kSize) return 0;
    const int element = (c * kSize + y) * kSize + x;
    return input[static_cast<size_t>(element)];
  };
  std::vector<uint8_t> expected;
  for (int c = 0; c < kChannels; ++c) {
    for (int y = 0; y < kHalf; ++y) {
      for (int x = 0; x < kHalf; ++x) {
        int largest = 0;
        for (int i = 0; i < 9; ++i) largest = std::max(largest, at(c, 2 * y - 1 + i / 3, 2 * x - 1 + i % 3));
        const double sum = 0.5 * largest + 0.5 * at(c, 2 * y, 2 * x);
        expected.push_back(static_cast<uint8_t>(std::nearbyint(sum)));
      }
    }
  }
  std::vector<uint8_t> outputs(kOutputs);
  soc.read_memory(kOutput, outputs.data(), outputs.size());
  EXPECT_EQ(expected, outputs);
}

TEST_P(JobListTest, EndsWhereAnOperatorFails) {
  std::vector<uint32_t> steps;
  soc.mailbox.on_progress = [&](uint32_t jobs_done) { steps.push_back(jobs_done); };
  soc.mailbox.on_console_line = [](const sc_time&, const std::string&) {};
  hwc_job outside = job_of(HWC_COPY, uint64_t{1} << 60, kCopied);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  post({job_of(HWC_MAX, kInput, kPooled), outside, job_of(HWC_ADD, kPooled, kOutput)});
  EXPECT_EQ(uint32_t{HWC_JOB_HWC_ERROR}, status.total.result);
  EXPECT_EQ(1u, status.jobs_done);
  EXPECT_EQ(1u, status.failed_job);
  EXPECT_EQ(std::vector<uint32_t>{1}, steps);
  EXPECT_EQ(0u, status_of(2).magic);
  // The next list finds the accelerator as good as new.
  post({job_of(HWC_MAX, kInput, kPooled)});
  EXPECT_EQ(uint32_t{HWC_JOB_DONE}, status.total.result);
}

INSTANTIATE_TEST_SUITE_P(Processors, JobListTest,
                         testing::Values(ControlProcessorKind::riscv, ControlProcessorKind::native));

}  // namespace
}  // namespace hwcvp
