// Jobs that are corrupted, illegal or too large for the machine: each is refused for what is wrong with it,
// before any command.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <random>
#include <string>

#include "registers/hwc.h"
#include "tests/sw/firmware_bench.h"
#include "tests/sw/job_case.h"

namespace hwcvp {
namespace {

Layer small_layer() {
  Layer layer;
  layer.batch = 2;
  layer.in_channels = 4;
  layer.in_height = 6;
  layer.in_width = 5;
  layer.out_channels = 6;
  layer.kernel_shape = {3, 2};
  layer.pads = {1, 0, 1, 0};
  layer.group = 2;
  return layer;
}

Schedule small_schedule() {
  Schedule schedule;
  schedule.loops = {{Dim::K, 2}, {Dim::C, 1}, {Dim::OY, 4}, {Dim::OY, 3}};
  schedule.buffer_level = {2, 2, 1};
  return schedule;
}

// A legal job in memory, which a test then spoils.
class JobRefusal : public testing::Test {
 protected:
  void place(const FakeHwcOptions& options = {}) {
    std::mt19937_64 random(1);
    bench = std::make_unique<FirmwareBench>(options, 1);
    const JobCase placed(small_layer(), small_schedule(), FirmwareBench::kHwc, bench->memory, random);
    job = placed.job();
    address = placed.address();
  }

  hwc_status run() {
    bench->memory.copy_in(address, &job, sizeof job);
    return bench->run(address);
  }

  std::unique_ptr<FirmwareBench> bench;
  hwc_job job{};
  uint64_t address = 0;
};

TEST_F(JobRefusal, DoesNotConcernTheJobAsItIs) {
  place();
  EXPECT_EQ(run().result, HWC_JOB_DONE);
}

TEST_F(JobRefusal, DoesNotConcernWhatIsBehindAShortDescriptor) {
  place();
  job.size_bytes = HWC_JOB_SHORT_BYTES;
  job.operation = 77;
  job.memory_stride_input[4] = 1234;
  seal(job);
  EXPECT_EQ(run().result, HWC_JOB_DONE);
  job.size_bytes = sizeof job;
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, operation));
}

TEST_F(JobRefusal, NamesABadMagic) {
  place();
  job.magic ^= 0x100;
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_MAGIC);
  EXPECT_EQ(status.detail[0], HWC_JOB_MAGIC ^ 0x100);
}

TEST_F(JobRefusal, NamesABadSize) {
  for (const uint32_t size : {0u, 4u, static_cast<uint32_t>(sizeof(hwc_job)) + 8, 0xffffffffu}) {
    place();
    job.size_bytes = size;
    const hwc_status status = run();
    EXPECT_EQ(status.result, HWC_JOB_BAD_SIZE);
    EXPECT_EQ(status.detail[0], size);
  }
}

TEST_F(JobRefusal, SeesEveryWordThatTheCrcCovers) {
  constexpr size_t kFirst = offsetof(hwc_job, crc32) / 4;
  for (size_t word = kFirst; word < sizeof(hwc_job) / 4; ++word) {
    place();
    reinterpret_cast<uint32_t*>(&job)[word] ^= 1u << word % 32;
    const hwc_status status = run();
    EXPECT_EQ(status.result, HWC_JOB_BAD_CRC) << "word " << word;
    EXPECT_EQ(status.detail[1], job.crc32) << "word " << word;
    const uint32_t computed = status.detail[0];
    seal(job);
    EXPECT_EQ(computed, job.crc32) << "word " << word;
  }
}

struct BadField {
  const char* name;
  uint32_t offset;
  uint32_t value;
  uint32_t result;
};
void PrintTo(const BadField& field, std::ostream* out) { *out << field.name << " = " << field.value; }

#define LAYER(field, value) \
  BadField { #field, offsetof(hwc_job, field), value, HWC_JOB_BAD_LAYER }
#define SCHEDULE(field, value) \
  BadField { #field, offsetof(hwc_job, field), value, HWC_JOB_BAD_SCHEDULE }

class JobField : public JobRefusal, public testing::WithParamInterface<BadField> {};

TEST_P(JobField, IsNamedWithItsValue) {
  place();
  reinterpret_cast<uint32_t*>(&job)[GetParam().offset / 4] = GetParam().value;
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, GetParam().result);
  EXPECT_EQ(status.detail[0], GetParam().offset);
  EXPECT_EQ(status.detail[1], GetParam().value);
  EXPECT_EQ(bench->hwc.register_writes(), 0u) << "the HWC was touched";
}

INSTANTIATE_TEST_SUITE_P(
    Layer, JobField,
    testing::Values(LAYER(relu, 2), LAYER(batch, 0), LAYER(batch, 0x80000000), LAYER(in_channels, 0),
                    LAYER(in_channels, 5), LAYER(in_channels, 0xffffffff), LAYER(in_height, 0),
                    LAYER(in_width, 0), LAYER(in_width, 0x80000000), LAYER(out_channels, 0),
                    LAYER(out_channels, 7), LAYER(kernel_shape[0], 0), LAYER(kernel_shape[0], 9),
                    LAYER(kernel_shape[1], 6), LAYER(kernel_shape[1], 0x7fffffff), LAYER(strides[0], 0),
                    LAYER(strides[1], 0), LAYER(strides[1], 0x80000000), LAYER(dilations[0], 0),
                    LAYER(dilations[1], 0), LAYER(pads[0], 0x80000000), LAYER(pads[1], 0xffffffff),
                    LAYER(pads[2], 0x80000000), LAYER(pads[3], 0x80000000), LAYER(group, 0),
                    LAYER(group, 0x80000000), LAYER(input_type, 2), LAYER(weight_type, 2),
                    LAYER(weight_type, 0xffffffff), LAYER(output_type, 3), LAYER(accumulator_type, 0),
                    LAYER(accumulator_type, 3), LAYER(layout[0], 257), LAYER(layout[1], 0xffffffff),
                    LAYER(layout[2], 257), LAYER(reserved, 1), LAYER(memory_blocks_output[0], 2),
                    LAYER(requantization, 2), LAYER(input_zero, 128), LAYER(input_zero, 0xffffff7f),
                    LAYER(output_zero, 1), LAYER(output_min, 1), LAYER(output_max, 1)));

INSTANTIATE_TEST_SUITE_P(Schedule, JobField,
                         testing::Values(SCHEDULE(loop_count, HWC_JOB_MAX_LOOPS + 1),
                                         SCHEDULE(loop_count, 0xffffffff), SCHEDULE(loops[0].dim, HWC_DIMS),
                                         SCHEDULE(loops[2].dim, 0xffffffff), SCHEDULE(loops[0].tile, 0),
                                         SCHEDULE(loops[0].tile, 4), SCHEDULE(loops[3].tile, 5),
                                         SCHEDULE(loops[3].tile, 0xffffffff), SCHEDULE(buffer_level[0], 5),
                                         SCHEDULE(buffer_level[1], 5), SCHEDULE(buffer_level[2], 0xffffffff),
                                         SCHEDULE(double_buffer[0], 2), SCHEDULE(double_buffer[1], 2),
                                         SCHEDULE(double_buffer[2], 2), SCHEDULE(input_sliding, 2)));

TEST_F(JobRefusal, NamesTheLayoutWhoseBlocksFallAcrossGroups) {
  place();
  const auto expect_refused = [this](uint32_t tensor, uint32_t block) {
    job.layout[tensor] = block;
    seal(job);
    const hwc_status status = run();
    EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
    EXPECT_EQ(status.detail[0], offsetof(hwc_job, layout) + 4 * tensor);
    EXPECT_EQ(status.detail[1], block);
    job.layout[tensor] = HWC_NCHW;
  };
  // Two groups, of 2 input and 3 output channels each.
  expect_refused(HWC_INPUT, 3);
  expect_refused(HWC_INPUT, 255);
  expect_refused(HWC_OUTPUT, 2);
  expect_refused(HWC_OUTPUT, 4);
}

TEST_F(JobRefusal, NamesTheChannelsThatAGroupDoesNotDivide) {
  place();
  job.group = 3;  // divides the 6 output channels, not the 4 input channels
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, in_channels));
}

// The numbers of single precision, within their types.
TEST_F(JobRefusal, NamesNumbersOutsideTheirTypes) {
  struct Case {
    uint32_t input_type, output_type, field;
    int32_t value;
  };
#define NUMBER(field) static_cast<uint32_t>(offsetof(hwc_job, field))
  const Case cases[] = {
      {HWC_UINT8, HWC_INT8, NUMBER(input_zero), -1},  {HWC_UINT8, HWC_INT8, NUMBER(input_zero), 256},
      {HWC_INT16, HWC_INT8, NUMBER(input_zero), 1},   {HWC_INT8, HWC_INT8, NUMBER(output_zero), 128},
      {HWC_INT8, HWC_UINT8, NUMBER(output_zero), -1}, {HWC_INT8, HWC_UINT8, NUMBER(output_min), 256},
      {HWC_INT8, HWC_INT8, NUMBER(output_min), 128},  {HWC_INT8, HWC_INT8, NUMBER(output_min), 101},
      {HWC_INT8, HWC_UINT8, NUMBER(output_max), -1}};
#undef NUMBER
  place();
  const hwc_job plain = job;
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message() << "field at " << c.field << " is " << c.value);
    job = plain;
    job.requantization = HWC_SINGLE_PRECISION;
    job.input_type = c.input_type;
    job.output_type = c.output_type;
    job.accumulator_type = HWC_INT32;
    job.output_min = 3;
    job.output_max = 100;
    job.output_zero = 5;
    reinterpret_cast<int32_t*>(&job)[c.field / 4] = c.value;
    seal(job);
    const hwc_status status = run();
    EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
    EXPECT_EQ(status.detail[0], c.field);
    EXPECT_EQ(status.detail[1], static_cast<uint32_t>(c.value));
    EXPECT_EQ(bench->hwc.register_writes(), 0u) << "the HWC was touched";
  }
}

TEST_F(JobRefusal, WantsInt32AccumulatorsAndBytesForSinglePrecision) {
  place();
  job.requantization = HWC_SINGLE_PRECISION;
  job.output_type = HWC_INT16;
  job.accumulator_type = HWC_INT32;
  seal(job);
  hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, output_type));
  job.output_type = HWC_UINT8;
  job.accumulator_type = HWC_INT16;
  seal(job);
  status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, accumulator_type));
}

TEST_F(JobRefusal, WantsWideAccumulatorsForRawOutputs) {
  place();
  job.output_type = HWC_INT32;
  job.accumulator_type = HWC_INT16;
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, accumulator_type));
}

TEST_F(JobRefusal, WantsRegistersOnWordAddresses) {
  place();
  job.hwc += 2;
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_BAD_LAYER);
  EXPECT_EQ(status.detail[0], offsetof(hwc_job, hwc));
}

struct LargeField {
  const char* name;
  std::function<void(hwc_job&)> enlarge;
  size_t reported;
};
void PrintTo(const LargeField& field, std::ostream* out) { *out << field.name; }

class JobSize : public JobRefusal, public testing::WithParamInterface<LargeField> {};

TEST_P(JobSize, IsRefusedWhereRegistersCannotExpressIt) {
  place();
  job.loop_count = 0;
  for (uint32_t& level : job.buffer_level) level = 0;
  GetParam().enlarge(job);
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_TOO_LARGE);
  EXPECT_EQ(status.detail[0], GetParam().reported);
}

INSTANTIATE_TEST_SUITE_P(Fields, JobSize,
                         testing::Values(LargeField{"output rows of 32 bits",
                                                    [](hwc_job& job) {
                                                      for (uint32_t& pad : job.pads) pad = 0x7fffffff;
                                                    },
                                                    offsetof(hwc_job, in_height)},
                                         LargeField{"input planes above 4 GiB",
                                                    [](hwc_job& job) {
                                                      job.in_height = 0x10000;
                                                      job.in_width = 0x10000;
                                                    },
                                                    offsetof(hwc_job, in_channels)},
                                         LargeField{"input batches above 4 GiB",
                                                    [](hwc_job& job) { job.in_channels = 0x7ffffffe; },
                                                    offsetof(hwc_job, in_channels)},
                                         LargeField{"filters above 4 GiB",
                                                    [](hwc_job& job) {
                                                      job.pads[0] = job.pads[1] = 0x100000;
                                                      job.kernel_shape[0] = job.kernel_shape[1] = 0x100000;
                                                    },
                                                    offsetof(hwc_job, kernel_shape)},
                                         LargeField{"output groups above 4 GiB",
                                                    [](hwc_job& job) {
                                                      job.in_channels = 2;
                                                      job.kernel_shape[0] = job.kernel_shape[1] = 1;
                                                      job.out_channels = 0x7ffffffe;
                                                    },
                                                    offsetof(hwc_job, out_channels)},
                                         LargeField{"strides in memory above 4 GiB",
                                                    [](hwc_job& job) {
                                                      job.kernel_shape[0] = 1;
                                                      job.strides[0] = 0x7fffffff;
                                                    },
                                                    offsetof(hwc_job, strides)}));

TEST_F(JobRefusal, SaysHowMuchBufferIsMissing) {
  // Two slots for each; input 2 x 2 x 1 x 6 x 5, weights 2 x 2 x 1 x 3 x 2, outputs 2 x 2 x 2 x 6 x 4 of 4
  // bytes.
  constexpr uint32_t kNeeded = 2 * (120 + 24 + 768);
  for (const uint32_t there : {kNeeded - 1, kNeeded}) {
    FakeHwcOptions options;
    options.buffer_bytes = there;
    place(options);
    for (uint32_t& doubled : job.double_buffer) doubled = 1;
    seal(job);
    const hwc_status status = run();
    if (there == kNeeded) {
      EXPECT_EQ(status.result, HWC_JOB_DONE);
    } else {
      EXPECT_EQ(status.result, HWC_JOB_DOES_NOT_FIT);
      EXPECT_EQ(status.detail[0], kNeeded);
      EXPECT_EQ(status.detail[1], there);
    }
  }
}

TEST_F(JobRefusal, SaturatesTheNeedForBuffer) {
  place();
  job.loop_count = 0;
  for (uint32_t& level : job.buffer_level) level = 0;
  job.batch = 1;
  job.in_channels = job.out_channels = 2;
  job.in_height = job.in_width = 0x7000;
  seal(job);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_DOES_NOT_FIT);
  EXPECT_EQ(status.detail[0], UINT32_MAX);
}

TEST_F(JobRefusal, SaysHowManyChannelsThereAre) {
  FakeHwcOptions options;
  options.max_channels = 5;
  place(options);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_TOO_MANY_CHANNELS);
  EXPECT_EQ(status.detail[0], 6u);
  EXPECT_EQ(status.detail[1], 5u);
}

TEST_F(JobRefusal, ShowsWhatStandsInPlaceOfTheHwc) {
  FakeHwcOptions options;
  options.id = 0x12345678;
  place(options);
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_HWC_MISSING);
  EXPECT_EQ(status.detail[0], 0x12345678u);
}

TEST_F(JobRefusal, PassesOnErrorsOfTheHwcWheneverTheyHappen) {
  place();
  const hwc_status whole = run();
  const uint32_t commands = whole.load_commands + whole.compute_commands + whole.store_commands;
  for (uint32_t fail_after = 1; fail_after <= commands; ++fail_after) {
    FakeHwcOptions options;
    options.fail_after = fail_after;
    options.fifo_depth = 1 + fail_after % 5;
    options.eagerness = 20 * (fail_after % 6);
    place(options);
    const hwc_status status = run();
    EXPECT_EQ(status.result, HWC_JOB_HWC_ERROR)
        << "after " << fail_after << " of " << commands << " commands";
    EXPECT_EQ(status.detail[0], HWC_ERROR_MEMORY_PORT);
    EXPECT_EQ(status.detail[1], 0xabcd1234u);
    EXPECT_FALSE(bench->hwc.interrupt());
  }
}

// Any descriptor at all, sealed: some run, most are refused, none crashes or hangs.
TEST_F(JobRefusal, EndsForAnyContents) {
  std::mt19937_64 random(7);
  uint32_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    place();
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t word = 3 + random() % ((offsetof(hwc_job, hwc) - 12) / 4);
      const std::array<uint32_t, 8> values = {0, 1, 2, 3, 5, 0x7fffffff, 0x80000000, 0xffffffff};
      reinterpret_cast<uint32_t*>(&job)[word] = values[random() % values.size()];
    }
    seal(job);
    try {
      const hwc_status status = run();
      ASSERT_EQ(status.magic, HWC_STATUS_MAGIC);
      ASSERT_LE(status.result, HWC_JOB_TOO_MANY_CHANNELS);
      if (status.result != HWC_JOB_DONE) ++refused;
    } catch (const std::out_of_range&) {
      // A legal layer that is larger than the tensors that were placed.
    }
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace hwcvp
