// The reference convolution against the definition, for every feature of a layer.
#include "platform/reference/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "platform/tensor/tensor_compare.h"
#include "schedules/workload/error.h"
#include "tests/support/random_case.h"
#include "tests/support/reference/convolution_definition.h"

namespace hwcvp {
namespace {

void expect_definition(const Layer& layer, const Operands& operands, const ReferenceOptions& options) {
  const HostTensor expected =
      convolution_by_definition(layer, operands.input, operands.weights, operands.params, options.relu);
  const ReferenceResult result =
      reference_convolution(layer, operands.input, operands.weights, operands.params, options);
  const TensorComparison comparison = compare(result.output, expected);
  EXPECT_EQ(comparison.mismatches, 0) << "by " << result.engine << " with " << options.threads
                                      << " threads, first at " << comparison.first_mismatch;
}

Layer layer_of(int64_t in_channels, int64_t size, int64_t out_channels, int64_t kernel) {
  Layer layer;
  layer.in_channels = in_channels;
  layer.in_height = layer.in_width = size;
  layer.out_channels = out_channels;
  layer.kernel_shape = {kernel, kernel};
  return layer;
}

template <typename Element>
void fill(HostTensor& tensor, Element value) {
  std::fill_n(tensor.data<Element>(), tensor.elements(), value);
}

TEST(ReferenceConvolution, EqualsTheDefinitionOnRandomLayers) {
  std::mt19937_64 random(20240601);
  RandomCaseLimits limits;
  limits.max_macs = 100000;
  for (int i = 0; i < 600; ++i) {
    const RandomCase random_layer = random_case(random, limits);
    SCOPED_TRACE("case " + std::to_string(i) + ": " + to_json_text(random_layer));
    const Operands operands(random_layer.layer, static_cast<uint64_t>(i));
    ReferenceOptions options;
    options.relu = i % 3 == 0;
    options.threads = 1 + i % 4;
    expect_definition(random_layer.layer, operands, options);
    options.engine = ReferenceEngine::direct;
    expect_definition(random_layer.layer, operands, options);
  }
}

TEST(ReferenceConvolution, EqualsTheDefinitionInSinglePrecision) {
  const uint64_t seed = 20261130;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  RandomCaseLimits limits;
  limits.max_macs = 100000;
  for (int i = 0; i < 600; ++i) {
    const RandomCase random_layer = random_single_precision_case(random, limits);
    SCOPED_TRACE("case " + std::to_string(i) + ": " + to_json_text(random_layer));
    const Operands operands(random_layer.layer, static_cast<uint64_t>(i));
    ReferenceOptions options;
    options.relu = i % 3 == 0;
    options.threads = 1 + i % 4;
    options.engine = ReferenceEngine::onednn;
    expect_definition(random_layer.layer, operands, options);
    options.engine = ReferenceEngine::direct;
    expect_definition(random_layer.layer, operands, options);
  }
}

// Zero points with the raw accumulators, whatever computes the sums.
TEST(ReferenceConvolution, TakesTheZeroPointOffEveryInput) {
  for (const DataType type : {DataType::int8, DataType::uint8}) {
    const IntegerLimits range = limits(type);
    for (const int32_t zero_point : {range.least, range.least + 128, range.most}) {
      for (const int64_t group : {1, 18}) {
        Layer layer = layer_of(18, 15, 36, 3);
        layer.group = group;
        layer.batch = 2;
        layer.pads = {2, 1, 0, 3};
        layer.input_type = type;
        layer.input_zero_point = zero_point;
        layer.output_type = DataType::int32;
        SCOPED_TRACE(std::string(to_string(type)) + " less " + std::to_string(zero_point));
        for (const ReferenceEngine engine : {ReferenceEngine::onednn, ReferenceEngine::direct}) {
          ReferenceOptions options;
          options.engine = engine;
          options.threads = 2;
          expect_definition(layer, Operands(layer, 6), options);
        }
      }
    }
  }
}

// The same layers with int8 operands, so that all of them come to oneDNN where it is there.
TEST(ReferenceConvolution, EqualsTheDefinitionOnRandomInt8Layers) {
  std::mt19937_64 random(7);
  RandomCaseLimits limits;
  limits.max_macs = 100000;
  for (int i = 0; i < 600; ++i) {
    RandomCase random_layer = random_case(random, limits);
    random_layer.layer.input_type = random_layer.layer.weight_type = DataType::int8;
    SCOPED_TRACE("case " + std::to_string(i) + ": " + to_json_text(random_layer));
    ReferenceOptions options;
    options.engine = ReferenceEngine::onednn;
    expect_definition(random_layer.layer, Operands(random_layer.layer, static_cast<uint64_t>(i)), options);
  }
}

// More pixels than are gathered at a time, more channels than fit a tile, kernels past the image's edges.
TEST(ReferenceConvolution, EqualsTheDefinitionOnLargerLayers) {
  std::vector<Layer> layers(4, layer_of(18, 23, 21, 3));
  layers[1].group = 3;
  layers[1].batch = 2;
  layers[1].pads = {3, 0, 1, 4};
  layers[2].dilations = {2, 3};
  layers[2].strides = {1, 2};
  layers[2].pads = {9, 8, 7, 6};
  layers[3] = layer_of(24, 30, 24, 5);
  layers[3].group = 24;
  layers[3].pads = {2, 2, 2, 2};
  for (Layer& layer : layers) {
    for (const DataType type : {DataType::int8, DataType::int16}) {
      layer.input_type = type;
      for (const DataType weight_type : {DataType::int8, DataType::int16}) {
        layer.weight_type = weight_type;
        SCOPED_TRACE(std::string(to_string(type)) + " x " + to_string(weight_type));
        ReferenceOptions options;
        options.engine = ReferenceEngine::onednn;
        options.threads = 2;
        expect_definition(layer, Operands(layer, 3), options);
        options.engine = ReferenceEngine::direct;
        expect_definition(layer, Operands(layer, 4), options);
      }
    }
  }
}

TEST(ReferenceConvolution, WrapsWhereProductsAreLargest) {
  for (const DataType output : {DataType::int32, DataType::int16}) {
    Layer layer = layer_of(70, 5, 6, 3);
    layer.input_type = layer.weight_type = DataType::int16;
    layer.output_type = output;
    Operands operands(layer, 1);
    for (const int16_t x : {int16_t{-32768}, int16_t{32767}}) {
      for (const int16_t w : {int16_t{-32768}, int16_t{32767}}) {
        fill(operands.input, x);
        fill(operands.weights, w);
        expect_definition(layer, operands, {});
      }
    }
  }
}

TEST(ReferenceConvolution, WrapsInt16AccumulatorsBeforeRequantization) {
  Layer layer = layer_of(40, 6, 5, 3);
  layer.accumulator_type = DataType::int16;
  layer.output_type = DataType::int16;
  Operands operands(layer, 1);
  operands.params.bias = {0, 1 << 20, -40000, 2147483647, -2147483648};
  expect_definition(layer, operands, {});

  // 360 products of 16384 are 90 * 2^16, so that only the bias is left: a sum that was scaled before it
  // wrapped would saturate.
  fill<int8_t>(operands.input, -128);
  fill<int8_t>(operands.weights, -128);
  operands.params.bias.assign(5, 7);
  operands.params.multipliers.assign(5, 1);
  operands.params.shifts.assign(5, 0);
  HostTensor expected(DataType::int16, output_shape(layer));
  fill<int16_t>(expected, 7);
  EXPECT_EQ(reference_convolution(layer, operands.input, operands.weights, operands.params).output, expected);
}

TEST(ReferenceConvolution, ReluClampsRequantizedOutputsAndLeavesInt32Alone) {
  Layer layer = layer_of(8, 9, 4, 3);
  ReferenceOptions relu;
  relu.relu = true;
  const Operands operands(layer, 1);
  const HostTensor plain =
      reference_convolution(layer, operands.input, operands.weights, operands.params).output;
  HostTensor clamped = plain;
  for (int64_t i = 0; i < clamped.elements(); ++i) {
    clamped.data<int8_t>()[i] = std::max<int8_t>(0, clamped.data<int8_t>()[i]);
  }
  EXPECT_NE(plain, clamped);
  EXPECT_EQ(reference_convolution(layer, operands.input, operands.weights, operands.params, relu).output,
            clamped);

  layer.output_type = DataType::int32;
  const Operands raw(layer, 1);
  EXPECT_EQ(reference_convolution(layer, raw.input, raw.weights, raw.params, relu).output,
            reference_convolution(layer, raw.input, raw.weights, raw.params).output);
}

TEST(ReferenceConvolution, RefusesTensorsThatAreNotTheLayers) {
  const Layer layer = layer_of(4, 5, 6, 3);
  const Operands operands(layer, 1);
  const HostTensor& input = operands.input;
  const HostTensor& weights = operands.weights;
  EXPECT_THROW(reference_convolution(layer, weights, weights, operands.params), std::invalid_argument);
  EXPECT_THROW(reference_convolution(layer, input, input, operands.params), std::invalid_argument);
  EXPECT_THROW(
      reference_convolution(layer, HostTensor(DataType::int16, input.shape()), weights, operands.params),
      std::invalid_argument);
  LayerParams params = operands.params;
  params.shifts.pop_back();
  EXPECT_THROW(reference_convolution(layer, input, weights, params), InputError);
  ReferenceOptions none;
  none.threads = 0;
  EXPECT_THROW(reference_convolution(layer, input, weights, operands.params, none), std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
