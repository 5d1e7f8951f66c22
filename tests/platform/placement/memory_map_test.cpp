#include "platform/placement/tensor_placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedules/workload/error.h"
#include "sw/job.h"

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
}

}  // namespace
}  // namespace hwcvp
