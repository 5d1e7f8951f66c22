#include "platform/job/job_descriptor.h"

#include <gtest/gtest.h>

#include <limits>

namespace hwcvp {
namespace {

Layer small_layer() {
  Layer layer;
  layer.name = "small";
  layer.in_channels = 3;
  layer.in_height = layer.in_width = 9;
  layer.out_channels = 5;
  layer.kernel_shape = {3, 3};
  layer.output_type = DataType::int16;
  return layer;
}

TEST(JobDescriptorTest, CarriesLayerAndSchedule) {
  const Layer layer = small_layer();
  Schedule schedule;
  schedule.loops = {{Dim::K, 2}, {Dim::OX, 3}};
  schedule.buffer_level = {2, 1, 0};
  schedule.double_buffer = {true, false, false};
  schedule.input_reuse = InputReuse::reload;
  const hwc_job job = make_job(layer, schedule, true, place_tensors(layer, 1 << 21));
  EXPECT_EQ(job.magic, HWC_JOB_MAGIC);
  EXPECT_EQ(job.size_bytes, HWC_JOB_SHORT_BYTES);
  EXPECT_EQ(job.relu, 1U);
  EXPECT_EQ(job.in_channels, 3U);
  EXPECT_EQ(job.output_type, uint32_t{HWC_INT16});
  ASSERT_EQ(job.loop_count, 2U);
  EXPECT_EQ(job.loops[0].dim, uint32_t{HWC_K});
  EXPECT_EQ(job.loops[0].tile, 2U);
  EXPECT_EQ(job.loops[1].dim, uint32_t{HWC_OX});
  EXPECT_EQ(job.buffer_level[HWC_INPUT], 2U);
  EXPECT_EQ(job.buffer_level[HWC_OUTPUT], 0U);
  EXPECT_EQ(job.double_buffer[HWC_INPUT], 1U);
  EXPECT_EQ(job.input_sliding, 0U);
  EXPECT_EQ(job.hwc, memory_map::kHwcBase);
}

TEST(JobDescriptorTest, TheCrcCoversEverythingBehindIt) {
  const Layer layer = small_layer();
  const hwc_job job = make_job(layer, {}, false, place_tensors(layer, 1 << 21));
  EXPECT_EQ(job.crc32, job_crc32(job));
  for (size_t offset = offsetof(hwc_job, relu); offset < job.size_bytes; offset += 4) {
    hwc_job corrupted = job;
    reinterpret_cast<unsigned char*>(&corrupted)[offset] ^= 1;
    EXPECT_NE(job_crc32(corrupted), job.crc32) << "byte " << offset;
  }
}

TEST(JobDescriptorTest, HoldsTheNumbersOfSinglePrecision) {
  Layer layer = small_layer();
  hwc_job job = make_job(layer, {}, false, place_tensors(layer, 1 << 21));
  EXPECT_EQ(job.requantization, uint32_t{HWC_FIXED_POINT});
  EXPECT_EQ(job.output_min, std::numeric_limits<int32_t>::min());
  EXPECT_EQ(job.output_max, std::numeric_limits<int32_t>::max());

  layer.input_type = layer.output_type = DataType::uint8;
  layer.weight_type = DataType::int8;
  layer.accumulator_type = DataType::int32;
  layer.scales.assign(static_cast<size_t>(layer.out_channels), 0.5F);
  layer.input_zero_point = 255;
  layer.output_zero_point = 7;
  layer.output_min = 3;
  layer.validate("layer");
  job = make_job(layer, {}, false, place_tensors(layer, 1 << 21));
  EXPECT_EQ(job.input_type, uint32_t{HWC_UINT8});
  EXPECT_EQ(job.output_type, uint32_t{HWC_UINT8});
  EXPECT_EQ(job.requantization, uint32_t{HWC_SINGLE_PRECISION});
  EXPECT_EQ(job.input_zero, 255);
  EXPECT_EQ(job.output_zero, 7);
  EXPECT_EQ(job.output_min, 3);
  EXPECT_EQ(job.output_max, 255) << "the type's own limit";
}

TEST(JobDescriptorTest, HoldsAddressesPast32Bits) {
  Layer layer;
  layer.in_channels = 4096;
  layer.in_height = layer.in_width = 1024;  // 4 GiB
  layer.out_channels = 1;
  const TensorPlacement placement = place_tensors(layer, int64_t{1} << 34);
  const hwc_job job = make_job(layer, {}, false, placement);
  EXPECT_GT(job.weight, uint64_t{1} << 32);
  EXPECT_EQ(job.weight, placement.weight.base);
}

}  // namespace
}  // namespace hwcvp
