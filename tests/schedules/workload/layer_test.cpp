// Layers: derived sizes and what is refused.
#include "schedules/workload/layer.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
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
  layer.output_type = DataType::uint8;
  layer.scales.assign(8, 0.5F);
  EXPECT_EQ(layer.params_bytes(), 8 * 8) << "bias and scale";
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
  EXPECT_STREQ(to_string(DataType::uint8), "uint8");
  EXPECT_STREQ(to_string(DataType::float32), "float32");
  EXPECT_EQ(bytes(DataType::uint8), 1);
  EXPECT_EQ(bytes(DataType::float32), 4);
  EXPECT_EQ(limits(DataType::uint8).least, 0);
  EXPECT_EQ(limits(DataType::uint8).most, 255);
  EXPECT_EQ(limits(DataType::int8).least, -128);
  EXPECT_EQ(limits(DataType::int16).most, 32767);
}

TEST(Layer, TakesZeroPointsAndLimitsAtTheEndsOfTheirTypes) {
  Layer layer = legal();
  layer.input_type = layer.output_type = DataType::uint8;
  layer.scales.assign(8, 1e-40F);
  layer.input_zero_point = layer.output_zero_point = 255;
  layer.output_min = layer.output_max = 255;
  layer.validate("layer");
  layer.input_type = layer.output_type = DataType::int8;
  layer.input_zero_point = layer.output_zero_point = -128;
  layer.output_min = -128;
  layer.output_max = 127;
  layer.validate("layer");
  layer = legal();
  layer.input_type = DataType::uint8;
  layer.input_zero_point = 7;
  layer.validate("layer");  // requantization by multiplier and shift has zero points at the input as well
}

TEST(Layer, ItsWorkHoldsNoValuesThatMoveNothing) {
  Layer a = legal();
  a.input_type = a.output_type = DataType::uint8;
  a.scales.assign(8, 0.5F);
  Layer b = a;
  b.name = "another";
  b.scales[3] = 0.25F;
  b.input_zero_point = 9;
  b.output_zero_point = 5;
  b.output_min = 1;
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(equal_work(a, b));
  work_of(b).validate("work");
  b.batch = 3;
  EXPECT_FALSE(equal_work(a, b));

  Layer fixed = legal();
  fixed.input_type = DataType::int8;
  Layer moved = fixed;
  moved.input_zero_point = 1;
  EXPECT_FALSE(equal_work(fixed, moved)) << "more registers are written";
  fixed.input_zero_point = -5;
  EXPECT_TRUE(equal_work(fixed, moved));
  fixed.scales.assign(8, 1);
  EXPECT_FALSE(equal_work(fixed, moved)) << "other constants";
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
       "x: input_type: expected int8, uint8 or int16, found int32"},
      {[](Layer& l) { l.weight_type = DataType::int32; },
       "x: weight_type: expected int8 or int16, found int32"},
      {[](Layer& l) { l.accumulator_type = DataType::int8; },
       "x: accumulator_type: expected int16 or int32, found int8"},
      {[](Layer& l) {
         l.accumulator_type = DataType::int16;
         l.output_type = DataType::int32;
       },
       "x: output_type: expected int8 or int16 with int16 accumulators, found int32"},
      {[](Layer& l) { l.input_type = DataType::float32; },
       "x: input_type: expected int8, uint8 or int16, found float32"},
      {[](Layer& l) { l.weight_type = DataType::uint8; },
       "x: weight_type: expected int8 or int16, found uint8"},
      {[](Layer& l) { l.output_type = DataType::float32; },
       "x: output_type: expected int8, uint8, int16 or int32, found float32"},
      {[](Layer& l) { l.accumulator_type = DataType::uint8; },
       "x: accumulator_type: expected int16 or int32, found uint8"},
      {[](Layer& l) { l.output_type = DataType::uint8; },
       "x: output_type: expected scales with uint8 outputs, found uint8"},
      {[](Layer& l) { l.input_zero_point = 1; },
       "x: input_zero_point: expected 0 with inputs of int16, found 1"},
      {[](Layer& l) {
         l.input_type = DataType::int8;
         l.input_zero_point = -129;
       },
       "x: input_zero_point: expected -128 to 127, the numbers of int8, found -129"},
      {[](Layer& l) {
         l.input_type = DataType::uint8;
         l.input_zero_point = -1;
       },
       "x: input_zero_point: expected 0 to 255, the numbers of uint8, found -1"},
      {[](Layer& l) { l.output_zero_point = 1; }, "x: output_zero_point: expected none without scales"},
      {[](Layer& l) { l.output_min = 0; }, "x: output_min: expected none without scales"},
      {[](Layer& l) { l.output_max = 0; }, "x: output_max: expected none without scales"},
      {[](Layer& l) {
         l.scales = {1, 1};
       },
       "x: scales: expected one number, or one for each of 8 output channels, found 2"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.output_type = DataType::int16;
       },
       "x: scales: expected none but with outputs of int8 or uint8 from int32 accumulators, found int16 from "
       "int32"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.accumulator_type = DataType::int16;
       },
       "x: scales: expected none but with outputs of int8 or uint8 from int32 accumulators, found int8 from "
       "int16"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.scales[7] = 0;
       },
       "x: scales[7]: expected a finite number above 0 in single precision, found 0"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.scales[2] = std::numeric_limits<float>::infinity();
       },
       "x: scales[2]: expected a finite number above 0 in single precision, found inf"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.scales[0] = std::numeric_limits<float>::quiet_NaN();
       },
       "x: scales[0]: expected a finite number above 0 in single precision, found nan"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.output_zero_point = 128;
       },
       "x: output_zero_point: expected -128 to 127, the numbers of int8, found 128"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.output_min = -129;
       },
       "x: output_min: expected -128 to 127, the numbers of int8, found -129"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.output_type = DataType::uint8;
         l.output_max = 256;
       },
       "x: output_max: expected 0 to 255, the numbers of uint8, found 256"},
      {[](Layer& l) {
         l.scales.assign(8, 1);
         l.output_min = 5;
         l.output_max = 4;
       },
       "x: output_max: expected limits in ascending order, found 5 to 4"},
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
