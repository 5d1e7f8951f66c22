// oneDNN as a reference: used where it is exact, and nowhere else.
#include "platform/reference/onednn_convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "platform/reference/convolution.h"
#include "platform/reference/onednn_seconds.h"
#include "platform/tensor/tensor_compare.h"
#include "tests/support/reference/convolution_definition.h"

namespace hwcvp {
namespace {

Layer int8_layer(int64_t in_channels, int64_t size, int64_t out_channels, int64_t kernel) {
  Layer layer;
  layer.in_channels = in_channels;
  layer.in_height = layer.in_width = size;
  layer.out_channels = out_channels;
  layer.kernel_shape = {kernel, kernel};
  layer.output_type = DataType::int32;
  return layer;
}

// Skips the rest of a test on a machine where oneDNN has no exact convolution.
class OneDnn : public testing::Test {
 protected:
  void SetUp() override {
    use_one_onednn_thread();
    const std::vector<int8_t> weights(64 * 64);
    if (!make_onednn_convolution(int8_layer(64, 8, 64, 1), weights.data())) {
      GTEST_SKIP() << "oneDNN has no exact int8 convolution here";
    }
  }

  // Returns the engine that gave the outputs, which must equal those of the direct engine.
  static std::string check(const Layer& layer, const Operands& operands) {
    ReferenceOptions onednn, direct;
    onednn.engine = ReferenceEngine::onednn;
    direct.engine = ReferenceEngine::direct;
    const ReferenceResult result =
        reference_convolution(layer, operands.input, operands.weights, operands.params, onednn);
    const ReferenceResult expected =
        reference_convolution(layer, operands.input, operands.weights, operands.params, direct);
    EXPECT_STREQ(expected.engine, "direct");
    const TensorComparison comparison = compare(result.output, expected.output);
    EXPECT_EQ(comparison.mismatches, 0)
        << "by " << result.engine << ", first at " << comparison.first_mismatch;
    return result.engine;
  }

  static void fill(HostTensor& tensor, int8_t value) {
    std::fill_n(tensor.data<int8_t>(), tensor.elements(), value);
  }
};

TEST_F(OneDnn, EqualsTheDirectEngineOnLayersOfNetworks) {
  std::vector<Layer> layers = {int8_layer(3, 67, 96, 11),   int8_layer(96, 27, 256, 5),
                               int8_layer(64, 28, 128, 3),  int8_layer(512, 14, 512, 3),
                               int8_layer(512, 14, 128, 1), int8_layer(9216, 1, 512, 1),
                               int8_layer(32, 28, 32, 3),   int8_layer(24, 20, 48, 3)};
  layers[0].strides = {4, 4};
  layers[1].group = 2;
  layers[1].pads = {2, 2, 2, 2};
  layers[2].dilations = {2, 3};
  layers[2].pads = {4, 0, 1, 3};
  layers[2].batch = 2;
  layers[4].strides = {2, 2};
  layers[6].group = 32;
  layers[6].strides = {2, 1};
  layers[6].pads = {1, 1, 0, 2};
  layers[7].group = 24;
  for (const Layer& layer : layers) {
    SCOPED_TRACE(std::to_string(layer.in_channels) + " channels, group " + std::to_string(layer.group));
    // oneDNN has no vectorised convolution for two output channels a group.
    const bool vectorised = layer.group != 24;
    EXPECT_EQ(check(layer, Operands(layer, 9)), vectorised ? "onednn" : "direct");
  }
}

// oneDNN may shift signed inputs to unsigned and take the difference back in floats. The sums here are small,
// but the difference is beyond the precision of a float where the weights are all alike.
TEST_F(OneDnn, IsNotTrustedWhereTheShiftToUnsignedIsLarge) {
  for (const int64_t kernel : {1, 3}) {
    for (const int8_t weight : {int8_t{127}, int8_t{-128}, int8_t{-3}}) {
      const Layer layer = int8_layer(2048, 9, 64, kernel);
      Operands operands(layer, 5);
      for (int64_t i = 0; i < operands.input.elements(); ++i) operands.input.data<int8_t>()[i] /= 64;
      fill(operands.weights, weight);
      EXPECT_EQ(check(layer, operands), weight == -3 ? "onednn" : "direct")
          << "kernel " << kernel << ", weights " << int{weight};
    }
  }
}

// Shifts and sums that take turns in coming close to the precision of a float.
TEST_F(OneDnn, IsExactWhateverTheMeanOfTheWeights) {
  const Layer layer = int8_layer(1500, 7, 32, 1);
  for (int mean = -128; mean <= 127; mean += 5) {
    Operands operands(layer, static_cast<uint64_t>(mean + 128));
    int8_t* const weights = operands.weights.data<int8_t>();
    for (int64_t i = 0; i < operands.weights.elements(); ++i) {
      weights[i] = static_cast<int8_t>(std::clamp(mean + weights[i] / 16, -128, 127));
    }
    check(layer, operands);
    for (int64_t i = 0; i < operands.input.elements(); ++i) operands.input.data<int8_t>()[i] /= 8;
    check(layer, operands);
  }
}

// Alternating signs leave no shift to take back, so that sums are trusted up to 2^24 = 16,777,216: 127 * 127
// * 1040 = 16,774,160 is below, and 127 * 127 * 1042 = 16,806,418 is beyond (one sum is odd as well, which no
// float there can be).
TEST_F(OneDnn, IsUsedUpToWhatAFloatHoldsAndNotBeyond) {
  for (const int sign : {1, -1}) {
    for (const int64_t channels : {1040, 1042}) {
      const Layer layer = int8_layer(channels, 6, 32, 1);
      Operands operands(layer, 1);
      for (int64_t i = 0; i < operands.input.elements(); ++i) {
        operands.input.data<int8_t>()[i] = static_cast<int8_t>(i / 36 % 2 == 0 ? 127 : -127);
      }
      for (int64_t i = 0; i < operands.weights.elements(); ++i) {
        operands.weights.data<int8_t>()[i] = static_cast<int8_t>(i % 2 == 0 ? 127 * sign : -127 * sign);
      }
      if (channels == 1042) operands.input.data<int8_t>()[0] = 126;
      EXPECT_EQ(check(layer, operands), channels == 1040 ? "onednn" : "direct") << sign;
    }
  }
}

TEST_F(OneDnn, IsNotTrustedWithExtremeOperands) {
  for (const int64_t channels : {512, 65537, 140000}) {  // 140,000 products of 2^14 exceed 2^31
    const Layer layer = int8_layer(channels, channels > 512 ? 1 : 5, 17, channels > 512 ? 1 : 3);
    Operands operands(layer, 1);
    for (const int8_t x : {int8_t{-128}, int8_t{127}}) {
      for (const int8_t w : {int8_t{-128}, int8_t{127}}) {
        fill(operands.input, x);
        fill(operands.weights, w);
        operands.weights.data<int8_t>()[operands.weights.elements() - 1] = 3;
        EXPECT_EQ(check(layer, operands), "direct") << channels << " channels, " << int{x} << " * " << int{w};
      }
    }
  }
}

// One image and one output channel beyond what a float holds: only there the direct engine is needed.
TEST_F(OneDnn, NoticesASingleLargeSum) {
  Layer layer = int8_layer(2000, 4, 40, 1);
  layer.batch = 3;
  Operands operands(layer, 1);
  fill(operands.input, 0);
  EXPECT_EQ(check(layer, operands), "onednn");
  for (int64_t c = 0; c < 2000; ++c) {
    const auto value = static_cast<int8_t>(c % 2 == 0 ? 127 : -127);
    operands.input.data<int8_t>()[((1 * 2000 + c) * 4 + 3) * 4 + 3] = value;
    operands.weights.data<int8_t>()[39 * 2000 + c] = value;
  }
  EXPECT_EQ(check(layer, operands), "direct");
}

TEST_F(OneDnn, IsChosenWhereItHasManyPixelsToCompute) {
  for (const int64_t size : {1, 7, 8}) {
    const Layer layer = int8_layer(32, size, 48, 1);
    const Operands operands(layer, 1);
    EXPECT_STREQ(reference_convolution(layer, operands.input, operands.weights, operands.params).engine,
                 size < 8 ? "direct" : "onednn");
  }
}

TEST_F(OneDnn, IsTimedOnInt8LayersOnly) {
  Layer layer = int8_layer(16, 14, 32, 3);
  for (const DataType output : {DataType::int8, DataType::int16, DataType::int32}) {
    layer.output_type = output;
    const double seconds = onednn_seconds(layer, 3);
    EXPECT_TRUE(std::isfinite(seconds) && seconds > 0) << seconds;
  }
  EXPECT_THROW(onednn_seconds(layer, 0), std::invalid_argument);
  layer.weight_type = DataType::int16;
  EXPECT_THROW(onednn_seconds(layer, 1), std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
