// Host tensors: storage, CRC-32, pseudo-random contents, comparison.
#include "platform/tensor/tensor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>

#include "platform/tensor/tensor_compare.h"
#include "platform/tensor/tensor_random.h"

namespace hwcvp {
namespace {

HostTensor bytes_tensor(std::string_view text) {
  HostTensor tensor(DataType::int8, {static_cast<int64_t>(text.size())});
  std::copy(text.begin(), text.end(), tensor.data<int8_t>());
  return tensor;
}

template <typename Element>
void expect_full_range(DataType type, int64_t elements) {
  HostTensor tensor(type, {elements});
  fill_random(tensor, 42);
  const Element* const begin = tensor.data<Element>();
  EXPECT_EQ(*std::min_element(begin, begin + elements), std::numeric_limits<Element>::min());
  EXPECT_EQ(*std::max_element(begin, begin + elements), std::numeric_limits<Element>::max());
}

TEST(HostTensor, IsZeroAndDense) {
  const HostTensor tensor(DataType::int16, {2, 3, 5, 7});
  EXPECT_EQ(tensor.elements(), 210);
  EXPECT_EQ(tensor.size_bytes(), 420);
  EXPECT_EQ(std::count(tensor.bytes(), tensor.bytes() + 420, 0), 420);
}

TEST(HostTensor, RefusesTheWrongElementType) {
  HostTensor tensor(DataType::int16, {4});
  EXPECT_NO_THROW(tensor.data<int16_t>());
  EXPECT_THROW(tensor.data<int8_t>(), std::logic_error);
  EXPECT_THROW(tensor.data<int32_t>(), std::logic_error);
}

TEST(HostTensor, RefusesShapesThatOverflow) {
  const int64_t huge = int64_t{1} << 40;
  EXPECT_THROW(HostTensor(DataType::int8, {huge, huge, 1, 1}), std::length_error);
  EXPECT_THROW(HostTensor(DataType::int8, {-1}), std::length_error);
}

TEST(HostTensor, CrcHasTheKnownValues) {
  EXPECT_EQ(bytes_tensor("123456789").crc32(), 0xcbf43926u);
  EXPECT_EQ(bytes_tensor("").crc32(), 0u);
  EXPECT_EQ(bytes_tensor("The quick brown fox jumps over the lazy dog").crc32(), 0x414fa339u);
  EXPECT_EQ(HostTensor(DataType::int32, {8}).crc32(), 0x190a55adu) << "32 zero bytes";
}

TEST(HostTensor, ShapesOfALayer) {
  Layer layer;
  layer.batch = 2;
  layer.in_channels = 6;
  layer.in_height = 9;
  layer.in_width = 8;
  layer.out_channels = 4;
  layer.group = 2;
  layer.kernel_shape = {3, 2};
  EXPECT_EQ(input_shape(layer), (Shape{2, 6, 9, 8}));
  EXPECT_EQ(weight_shape(layer), (Shape{4, 3, 3, 2}));
  EXPECT_EQ(output_shape(layer), (Shape{2, 4, 7, 7}));
  EXPECT_EQ(to_string(output_shape(layer)), "2 x 4 x 7 x 7");
}

// The numbers are part of what users see (CRC-32 of outputs), so they must not change between machines or
// versions. These are the first numbers of SplitMix64 with seed 1234567 as published with the algorithm.
TEST(RandomTensor, SequenceIsSplitMix64) {
  const RandomSequence random(1234567);
  EXPECT_EQ(random[0], 6457827717110365317u);
  EXPECT_EQ(random[1], 3203168211198807973u);
  EXPECT_EQ(random[2], 9817491932198370423u);
}

TEST(RandomTensor, CoversTheFullRange) {
  expect_full_range<int8_t>(DataType::int8, 10000);
  expect_full_range<int16_t>(DataType::int16, 2000000);
}

TEST(RandomTensor, BytesDoNotDependOnTheSize) {
  HostTensor shorter(DataType::int8, {13}), longer(DataType::int8, {29});
  fill_random(shorter, 7);
  fill_random(longer, 7);
  EXPECT_TRUE(std::equal(shorter.bytes(), shorter.bytes() + 13, longer.bytes()));
}

TEST(RandomTensor, SeedsDifferByEverythingThatNamesATensor) {
  const std::set<uint64_t> seeds = {tensor_seed(1, "conv1", "input"), tensor_seed(2, "conv1", "input"),
                                    tensor_seed(1, "conv2", "input"), tensor_seed(1, "conv1", "weight"),
                                    tensor_seed(1, "conv1i", "nput"), tensor_seed(1, "", "conv1input"),
                                    tensor_seed(0, "conv1", "input")};
  EXPECT_EQ(seeds.size(), 7u);
  EXPECT_EQ(tensor_seed(1, "conv1", "input"), tensor_seed(1, "conv1", "input"));
}

TEST(Compare, FindsEveryMismatch) {
  for (const DataType type : {DataType::int8, DataType::int16, DataType::int32}) {
    HostTensor reference(type, {3, 5, 40, 30});
    fill_random(reference, 11);
    HostTensor output = reference;
    EXPECT_TRUE(compare(output, reference).equal());
    EXPECT_EQ(compare(output, reference).first_mismatch, -1);

    // The last byte of an element, in the first block, in a later one, and at the very end.
    const std::array<int64_t, 4> places = {4095, 4097, 9000, reference.elements() - 1};
    for (const int64_t place : places) output.bytes()[(place + 1) * bytes(type) - 1] ^= 1;
    const TensorComparison result = compare(output, reference);
    EXPECT_FALSE(result.equal());
    EXPECT_EQ(result.mismatches, 4) << to_string(type);
    EXPECT_EQ(result.first_mismatch, 4095) << to_string(type);
  }
}

TEST(Compare, RefusesDifferentShapesAndTypes) {
  const HostTensor tensor(DataType::int8, {1, 2, 3, 4});
  EXPECT_THROW(compare(tensor, HostTensor(DataType::int8, {1, 2, 4, 3})), std::invalid_argument);
  EXPECT_THROW(compare(tensor, HostTensor(DataType::int16, {1, 2, 3, 4})), std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
