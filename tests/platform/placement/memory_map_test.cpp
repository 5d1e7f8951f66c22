#include "platform/placement/memory_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/job/job_descriptor.h"
#include "schedules/workload/error.h"

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

TEST(MemoryMapTest, PlacesTensorsInOrderAlignedAndApart) {
  const Layer layer = small_layer();
  const TensorPlacement placement = place_tensors(layer, 1 << 21);
  const AddressWindow windows[] = {placement.params, placement.input, placement.weight, placement.output,
                                   placement.psum};
  uint64_t end = memory_map::kControlBase + memory_map::kControlBytes;
  for (const AddressWindow& window : windows) {
    EXPECT_GE(window.base, end);
    EXPECT_LT(window.base, end + memory_map::kTensorAlignment);
    EXPECT_EQ(window.base % memory_map::kTensorAlignment, 0U);
    end = window.base + window.bytes;
  }
  EXPECT_EQ(placement.params.bytes, 5U * 9);  // bias, multiplier, shift
  EXPECT_EQ(placement.input.bytes, 3U * 81);
  EXPECT_EQ(placement.weight.bytes, 5U * 3 * 9);
  EXPECT_EQ(placement.output.bytes, 5U * 49 * 2);
  EXPECT_EQ(placement.psum.bytes, 5U * 49 * 4);
}

TEST(MemoryMapTest, JobAndStatusLieInTheControlPart) {
  EXPECT_LE(memory_map::kJobAddress + sizeof(hwc_job), memory_map::kStatusAddress);
  EXPECT_LE(memory_map::kStatusAddress + sizeof(hwc_status),
            memory_map::kControlBase + memory_map::kControlBytes);
}

TEST(MemoryMapTest, FillsTheDramToItsLastPage) {
  Layer layer = small_layer();
  const int64_t needed = (1 << 20) + 5 * 4096;  // the control part and one page for each tensor
  EXPECT_NO_THROW(place_tensors(layer, needed));
  try {
    place_tensors(layer, needed - 4096);
    FAIL() << "expected an InputError";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "layer small: needs 1069056 bytes of DRAM, expected at most dram.size_bytes, 1064960");
  }
}

TEST(MemoryMapTest, PlacesTensorsPast32BitAddresses) {
  Layer layer;
  layer.in_channels = 4096;
  layer.in_height = layer.in_width = 1024;  // 4 GiB
  layer.out_channels = 1;
  const TensorPlacement placement = place_tensors(layer, int64_t{1} << 34);
  EXPECT_GT(placement.weight.base, uint64_t{1} << 32);
  const hwc_job job = make_job(layer, {}, false, placement);
  EXPECT_EQ(job.weight, placement.weight.base);
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
  EXPECT_EQ(job.size_bytes, sizeof(hwc_job));
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
  for (size_t offset = offsetof(hwc_job, relu); offset < sizeof(hwc_job); offset += 4) {
    hwc_job corrupted = job;
    reinterpret_cast<unsigned char*>(&corrupted)[offset] ^= 1;
    EXPECT_NE(job_crc32(corrupted), job.crc32) << "byte " << offset;
  }
}

}  // namespace
}  // namespace hwcvp
