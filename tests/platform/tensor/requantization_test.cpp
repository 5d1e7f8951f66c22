// Requantization: the rule, how constants are chosen, and how they lie in memory.
#include "platform/tensor/requantization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "platform/reference/convolution.h"
#include "platform/reference/requantize.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"
#include "tests/support/reference/convolution_definition.h"

namespace hwcvp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int32_t kMin32 = std::numeric_limits<int32_t>::min();
constexpr int32_t kMax32 = std::numeric_limits<int32_t>::max();

struct Case {
  DataType type;
  int32_t sum, bias, multiplier;
  int shift;
  bool relu;
  int32_t expected;
};

int32_t requantize_one(const Case& c, DataType accumulator_type = DataType::int32) {
  Layer layer;
  layer.output_type = c.type;
  layer.accumulator_type = accumulator_type;
  const auto sum = static_cast<uint32_t>(c.sum);
  int32_t wide = 0;
  int16_t half = 0;
  int8_t byte = 0;
  void* const out = c.type == DataType::int8    ? static_cast<void*>(&byte)
                    : c.type == DataType::int16 ? static_cast<void*>(&half)
                                                : static_cast<void*>(&wide);
  requantize(layer, {c.bias, c.multiplier, c.shift}, c.relu, &sum, 1, out);
  return wide + half + byte;
}

TEST(Requantize, RoundsTiesUpAndSaturates) {
  const std::vector<Case> cases = {
      {DataType::int8, 5, 0, 1, 1, false, 3},      // 2.5
      {DataType::int8, -5, 0, 1, 1, false, -2},    // -2.5
      {DataType::int8, 3, 0, 1, 1, false, 2},      // 1.5
      {DataType::int8, -3, 0, 1, 1, false, -1},    // -1.5
      {DataType::int8, 7, 0, 1, 2, false, 2},      // 1.75
      {DataType::int8, -7, 0, 1, 2, false, -2},    // -1.75
      {DataType::int8, -1, 0, 1, 2, false, 0},     // -0.25
      {DataType::int8, 127, 0, 1, 0, false, 127},  // no shift, no rounding
      {DataType::int8, 128, 0, 1, 0, false, 127},
      {DataType::int8, -128, 0, 1, 0, false, -128},
      {DataType::int8, -129, 0, 1, 0, false, -128},
      {DataType::int8, 255, 0, 1, 1, false, 127},    // 127.5 rounds past the range
      {DataType::int8, -257, 0, 1, 1, false, -128},  // -128.5 rounds into it
      {DataType::int16, 40000, 0, 1, 0, false, 32767},
      {DataType::int16, -40000, 0, 1, 0, false, -32768},
      {DataType::int16, kMax32, 0, kMax32, 62, false, 1},  // (2^31 - 1)^2 / 2^62 is just below 1
      {DataType::int16, kMin32, 0, kMax32, 62, false, -1},
      {DataType::int16, kMin32, 0, kMax32, 46, false, -32768},
      {DataType::int16, kMin32, 0, kMax32, 0, false, -32768},
      {DataType::int8, kMin32, 0, 0, 0, false, 0},
      {DataType::int8, 10, -4, 3, 0, false, 18},
      {DataType::int8, kMax32, 1, 1, 30, false, -2},  // the bias wraps it to -2^31
      {DataType::int8, -100, 0, 1, 0, true, 0},
      {DataType::int8, 100, 0, 1, 0, true, 100},
      {DataType::int16, -1, 0, 1, 0, true, 0},
      {DataType::int32, kMax32, 1, 0, 0, false, kMin32},
      {DataType::int32, -5, 2, 0, 0, true, -3},
  };
  for (size_t i = 0; i < cases.size(); ++i)
    EXPECT_EQ(requantize_one(cases[i]), cases[i].expected) << "case " << i;
}

TEST(Requantize, WrapsInt16Accumulators) {
  EXPECT_EQ(requantize_one({DataType::int16, 32767, 1, 1, 0, false, 0}, DataType::int16), -32768);
  EXPECT_EQ(requantize_one({DataType::int16, 65536 + 9, 0, 1, 0, false, 0}, DataType::int16), 9);
  EXPECT_EQ(requantize_one({DataType::int8, -65536 - 9, 0, 1, 0, true, 0}, DataType::int16), 0);
}

Layer small_layer(DataType operands, DataType output, DataType accumulators) {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = 32;
  layer.in_height = layer.in_width = 24;
  layer.out_channels = 64;
  layer.kernel_shape = {3, 3};
  layer.input_type = layer.weight_type = operands;
  layer.output_type = output;
  layer.accumulator_type = accumulators;
  return layer;
}

// Outputs for random operands: most of the type's range is in use and few outputs saturate.
template <typename Output>
void expect_good_use(const Layer& layer) {
  const Operands operands(layer, 1);
  const HostTensor output =
      reference_convolution(layer, operands.input, operands.weights, operands.params).output;
  const Output* const begin = output.data<Output>();
  const double most = std::numeric_limits<Output>::max();
  double squares = 0;
  int64_t saturated = 0;
  for (int64_t i = 0; i < output.elements(); ++i) {
    squares += (begin[i] / most) * (begin[i] / most);
    saturated +=
        begin[i] == std::numeric_limits<Output>::max() || begin[i] == std::numeric_limits<Output>::min();
  }
  const auto count = static_cast<double>(output.elements());
  EXPECT_GT(std::sqrt(squares / count), 0.25);
  EXPECT_LT(std::sqrt(squares / count), 0.75);
  EXPECT_GT(saturated, 0);
  EXPECT_LT(static_cast<double>(saturated) / count, 0.2);
}

TEST(RandomParams, UseTheRangeOfTheOutput) {
  expect_good_use<int8_t>(small_layer(DataType::int8, DataType::int8, DataType::int32));
  expect_good_use<int16_t>(small_layer(DataType::int8, DataType::int16, DataType::int32));
  expect_good_use<int8_t>(small_layer(DataType::int16, DataType::int8, DataType::int32));
  expect_good_use<int16_t>(small_layer(DataType::int16, DataType::int16, DataType::int32));
  expect_good_use<int8_t>(small_layer(DataType::int8, DataType::int8, DataType::int16));
  expect_good_use<int16_t>(small_layer(DataType::int16, DataType::int16, DataType::int16));
}

TEST(RandomParams, AreLegalAndVaryBetweenChannels) {
  for (const int64_t channels : {1, 3, 4096, 1 << 20}) {
    for (const DataType operands : {DataType::int8, DataType::int16}) {
      for (const DataType output : {DataType::int8, DataType::int16}) {
        for (const DataType accumulators : {DataType::int16, DataType::int32}) {
          Layer layer = small_layer(operands, output, accumulators);
          layer.in_channels = channels;
          const LayerParams params = random_params(layer, 3);
          EXPECT_NO_THROW(validate(params, layer, "params"));
          EXPECT_GT(std::set<int32_t>(params.bias.begin(), params.bias.end()).size(), 50u);
          EXPECT_GT(std::set<int32_t>(params.multipliers.begin(), params.multipliers.end()).size(), 50u);
          EXPECT_GT(std::set<uint8_t>(params.shifts.begin(), params.shifts.end()).size(), 5u);
          EXPECT_GT(*std::min_element(params.multipliers.begin(), params.multipliers.end()), 0);
        }
      }
    }
  }
}

TEST(RandomParams, AreTheSameForTheSameSeedAndName) {
  Layer layer = small_layer(DataType::int8, DataType::int8, DataType::int32);
  const std::vector<uint8_t> once = serialize(random_params(layer, 3));
  EXPECT_EQ(serialize(random_params(layer, 3)), once);
  EXPECT_NE(serialize(random_params(layer, 4)), once);
  layer.name = "other";
  EXPECT_NE(serialize(random_params(layer, 3)), once);
}

TEST(RandomParams, TakeTheUsersBias) {
  const Layer layer = small_layer(DataType::int8, DataType::int8, DataType::int32);
  HostTensor bias(DataType::int32, {64});
  fill_random(bias, 8);
  const LayerParams params = random_params(layer, 3, bias);
  EXPECT_TRUE(std::equal(params.bias.begin(), params.bias.end(), bias.data<int32_t>()));
  EXPECT_EQ(params.multipliers, random_params(layer, 3).multipliers);
  EXPECT_EQ(params.shifts, random_params(layer, 3).shifts);
  EXPECT_THROW(random_params(layer, 3, HostTensor(DataType::int32, {63})), std::invalid_argument);
  EXPECT_THROW(random_params(layer, 3, HostTensor(DataType::int16, {64})), std::invalid_argument);
}

TEST(LayerParams, LieAsTheAcceleratorReadsThem) {
  LayerParams params;
  params.bias = {1, -2};
  params.multipliers = {0x12345678, 0x7fffffff};
  params.shifts = {0, 62};
  EXPECT_THAT(serialize(params), ElementsAre(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x78, 0x56, 0x34, 0x12, 0xff,
                                             0xff, 0xff, 0x7f, 0, 62));
  for (const DataType output : {DataType::int8, DataType::int32}) {
    const Layer layer = small_layer(DataType::int8, output, DataType::int32);
    EXPECT_EQ(static_cast<int64_t>(serialize(random_params(layer, 1)).size()), layer.params_bytes());
  }
}

TEST(LayerParams, HoldScalesInSinglePrecision) {
  Layer layer = small_layer(DataType::int8, DataType::uint8, DataType::int32);
  layer.scales.assign(64, 0.5F);
  layer.scales[1] = 1e-3F;
  const LayerParams params = random_params(layer, 1);
  EXPECT_EQ(params.scales, layer.scales);
  EXPECT_TRUE(params.multipliers.empty());
  EXPECT_TRUE(params.shifts.empty());
  EXPECT_GT(std::set<int32_t>(params.bias.begin(), params.bias.end()).size(), 50u);
  EXPECT_NO_THROW(validate(params, layer, "params"));
  const std::vector<uint8_t> memory = serialize(params);
  ASSERT_EQ(static_cast<int64_t>(memory.size()), layer.params_bytes());
  const auto scales = memory.begin() + 4 * 64;
  EXPECT_EQ(std::vector<uint8_t>(scales, scales + 8),
            (std::vector<uint8_t>{0, 0, 0, 0x3f, 0x6f, 0x12, 0x83, 0x3a}))
      << "IEEE single precision, little-endian";
  LayerParams bad = params;
  bad.scales[3] = 0;
  EXPECT_THROW(validate(bad, layer, "params"), InputError);
  bad.scales.clear();
  EXPECT_THROW(validate(bad, layer, "params"), InputError);
}

TEST(Requantize, RoundsHalfToEvenInSinglePrecision) {
  Layer layer;
  layer.output_type = DataType::uint8;
  layer.scales = {0.5F};
  layer.output_zero_point = 100;
  const auto one = [&layer](int32_t accumulator, bool relu = false) {
    uint8_t output = 0;
    const auto sum = static_cast<uint32_t>(accumulator);
    requantize(layer, {0, 0, 0, 0.5F}, relu, &sum, 1, &output);
    return int32_t{output};
  };
  EXPECT_EQ(one(1), 100);
  EXPECT_EQ(one(3), 102);
  EXPECT_EQ(one(-1), 100);
  EXPECT_EQ(one(-3), 98);
  EXPECT_EQ(one(-3, true), 100) << "a real 0 is the zero point";
  EXPECT_EQ(one(kMax32), 255);
  EXPECT_EQ(one(kMin32), 0);
  layer.output_max = 90;
  EXPECT_EQ(one(0), 90);
  EXPECT_EQ(one(0, true), 90) << "the largest output has the last word";
}

TEST(LayerParams, IllegalOnesAreNamed) {
  const Layer layer = small_layer(DataType::int8, DataType::int8, DataType::int32);
  const auto message = [](const LayerParams& params, const Layer& of) {
    try {
      validate(params, of, "file.json");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("(no error)");
  };
  const LayerParams good = random_params(layer, 1);
  LayerParams bad = good;
  bad.bias.pop_back();
  EXPECT_EQ(message(bad, layer), "file.json: bias: expected 64 values, found 63");
  bad = good;
  bad.multipliers[5] = -1;
  EXPECT_EQ(message(bad, layer), "file.json: multipliers[5]: expected 0 to 2147483647, found -1");
  bad = good;
  bad.shifts[63] = 63;
  EXPECT_EQ(message(bad, layer), "file.json: shifts[63]: expected 0 to 62, found 63");
  Layer raw = layer;
  raw.output_type = DataType::int32;
  EXPECT_THAT(message(good, raw), HasSubstr("multipliers: expected 0 values"));
}

}  // namespace
}  // namespace hwcvp
