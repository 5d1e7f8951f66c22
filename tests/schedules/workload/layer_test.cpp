// Layers: derived sizes and what is refused.
#include "schedules/workload/layer.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

Layer legal() {
  Layer layer;
  layer.batch = 2;
  layer.in_channels = 6;
  layer.in_height = 10;
  layer.in_width = 12;
  layer.out_channels = 8;
  layer.kernel_shape = {3, 2};
  layer.strides = {2, 3};
  layer.dilations = {2, 1};
  layer.pads = {1, 0, 2, 1};
  layer.group = 2;
  layer.input_type = DataType::int16;
  return layer;
}

TEST(Layer, DerivesItsSizes) {
  const Layer layer = legal();
  layer.validate("layer");
  EXPECT_EQ(layer.out_height(), 5);  // floor((10 + 3 - 2*2 - 1) / 2) + 1
  EXPECT_EQ(layer.out_width(), 4);   // floor((12 + 1 - 1*1 - 1) / 3) + 1
  EXPECT_EQ(layer.extents(), (PerDim<int64_t>{2, 2, 4, 3, 5, 4, 3, 2}));
  for (const Dim dim : kDims) EXPECT_EQ(layer.extent(dim), layer.extents()[index(dim)]) << to_string(dim);
  EXPECT_EQ(layer.macs(), 2 * 2 * 4 * 3 * 5 * 4 * 3 * 2);
  EXPECT_EQ(layer.input_elements(), 2 * 6 * 10 * 12);
  EXPECT_EQ(layer.weight_elements(), 8 * 3 * 3 * 2);
  EXPECT_EQ(layer.output_elements(), 2 * 8 * 5 * 4);
}

TEST(Layer, ConstantsAreBiasAndWhereRequantizedMultiplierAndShift) {
  Layer layer = legal();
  EXPECT_EQ(layer.params_bytes(), 8 * 9);
  layer.output_type = DataType::int32;
  EXPECT_EQ(layer.params_bytes(), 8 * 4);
}

TEST(Layer, IsSubsampledWhereTheKernelExtentIsOne) {
  Layer layer = legal();
  layer.kernel_shape = {1, 2};
  EXPECT_TRUE(layer.subsampled(0));
  EXPECT_FALSE(layer.subsampled(1));
}

TEST(Layer, NamesAndSizesOfTypes) {
  EXPECT_STREQ(to_string(DataType::int8), "int8");
  EXPECT_STREQ(to_string(DataType::int16), "int16");
  EXPECT_STREQ(to_string(DataType::int32), "int32");
  EXPECT_EQ(bytes(DataType::int8), 1);
  EXPECT_EQ(bytes(DataType::int16), 2);
  EXPECT_EQ(bytes(DataType::int32), 4);
}

struct Refusal {
  std::function<void(Layer&)> change;
  const char* message;
};

TEST(Layer, RefusesWhatIsIllegalAndNamesTheField) {
  constexpr int64_t kSize = int64_t{1} << 31;
  const std::vector<Refusal> refusals = {
      {[](Layer& l) { l.batch = 0; }, "x: batch: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.in_channels = -6; },
       "x: in_channels: expected an integer between 1 and 2147483647, found -6"},
      {[](Layer& l) { l.in_height = kSize; },
       "x: in_height: expected an integer between 1 and 2147483647, found 2147483648"},
      {[](Layer& l) { l.in_width = 0; },
       "x: in_width: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.out_channels = 0; },
       "x: out_channels: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.group = 0; }, "x: group: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.kernel_shape[1] = 0; },
       "x: kernel_shape[1]: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.strides[0] = 0; },
       "x: strides[0]: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.dilations[1] = 0; },
       "x: dilations[1]: expected an integer between 1 and 2147483647, found 0"},
      {[](Layer& l) { l.pads[3] = -1; },
       "x: pads[3]: expected an integer between 0 and 2147483647, found -1"},
      {[](Layer& l) { l.in_channels = 7; }, "x: in_channels: expected a multiple of group 2, found 7"},
      {[](Layer& l) { l.out_channels = 7; }, "x: out_channels: expected a multiple of group 2, found 7"},
      {[](Layer& l) { l.kernel_shape[0] = 8; },
       "x: kernel_shape[0]: expected the dilated kernel to fit in the padded input of 13, found an extent of "
       "15"},
      {[](Layer& l) { l.pads[2] = kSize - 1; },
       "x: in_height: expected at most 2147483647 with padding, found 2147483658"},
      {[](Layer& l) { l.input_type = DataType::int32; },
       "x: input_type: expected int8 or int16, found int32"},
      {[](Layer& l) { l.weight_type = DataType::int32; },
       "x: weight_type: expected int8 or int16, found int32"},
      {[](Layer& l) { l.accumulator_type = DataType::int8; },
       "x: accumulator_type: expected int16 or int32, found int8"},
      {[](Layer& l) {
         l.accumulator_type = DataType::int16;
         l.output_type = DataType::int32;
       },
       "x: output_type: expected int8 or int16 with int16 accumulators, found int32"},
      {[](Layer& l) { l.batch = l.in_channels = kSize - 2; }, "x: expected at most 2^58 input elements"},
      {[](Layer& l) { l.in_channels = l.out_channels = 2000000000; }, "x: expected at most 2^58 weights"},
      {[](Layer& l) { l.batch = l.out_channels = 2000000000; }, "x: expected at most 2^58 output elements"},
      {[](Layer& l) {
         l.batch = l.out_channels = 100000000;
         l.in_channels = 2000;
       },
       "x: expected at most 2^58 multiply-accumulates, counted with the input lines that a stride or a "
       "dilation spans"},
  };
  for (const Refusal& refusal : refusals) {
    Layer layer = legal();
    refusal.change(layer);
    try {
      layer.validate("x");
      ADD_FAILURE() << "accepted, instead of " << refusal.message;
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(), refusal.message);
    }
  }
}

}  // namespace
}  // namespace hwcvp
