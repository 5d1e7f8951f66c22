// Operands of layers: what becomes of weights, biases, scales and zero points of a file, against numbers
// worked out by hand or here anew.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "platform/onnx/quantize.h"
#include "platform/tensor/tensor_random.h"
#include "tests/platform/onnx/onnx_test.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;
using onnx_import::FixedPoint;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

template <typename Element>
std::vector<int32_t> values(const HostTensor& tensor) {
  return {tensor.data<Element>(), tensor.data<Element>() + tensor.elements()};
}

std::vector<std::string> notes(const OnnxNetwork& network) {
  std::vector<std::string> result;
  for (const OnnxNote& note : network.notes()) result.push_back(note.layer + ": " + note.text);
  return result;
}

// The factor that outputs of a channel are multiplied by.
double factor(const LayerParams& params, size_t channel) {
  return std::ldexp(params.multipliers[channel], -params.shifts[channel]);
}

// The step of int16 weights with int16 inputs: so many products, each off by half a step times 2^15, come to
// 2^30.
double int16_step(double most, double sum, int products) {
  return std::max(most / 32767, 32768 * sum / ((1 << 30) - products * 32768 / 2));
}

class OnnxOperandsTest : public OnnxTest {};

TEST_F(OnnxOperandsTest, FloatsAreQuantizedByChannel) {
  ModelBuilder model;
  model.input("x", {1, 2, 2, 2}).output("y");
  // Largest magnitudes 2, 0.5 and 0: steps of 2/127 and 0.5/127.
  model.initializer(float_tensor("w", {3, 2, 1, 1}, {2.0F, -1.0F, 0.25F, -0.5F, 0.0F, 0.0F}));
  model.initializer(float_tensor("b", {3}, {0.5F, -0.25F, 0.125F}));
  model.add("conv", "Conv", {"x", "w", "b"}, {"y"});
  const OnnxNetwork network = read(model);
  const LayerTensors tensors = network.tensors(0, 1);
  // -1 / (2/127) = -63.5, a tie, goes to the even -64; 0.25 / (0.5/127) = 63.5 to 64.
  EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(127, -64, 64, -127, 0, 0));
  // Steps of the accumulators: 1/127 * 2/127 and so on; the channel of zeros has the largest scale.
  EXPECT_THAT(tensors.params.bias,
              ElementsAre(std::lround(0.5 * 127 * 127 / 2), std::lround(-0.25 * 127 * 127 / 0.5),
                          std::lround(0.125 * 127 * 127 / 2)));
  // Accumulators of all channels come to the same step of the outputs.
  EXPECT_NEAR(factor(tensors.params, 0) / factor(tensors.params, 1), 4, 1e-7);
  // Three deviations of the largest channel, with its bias, make 127: inputs have a mean square of 1/4 +
  // (256^2 - 1)/12.
  const double deviation = std::sqrt((256.0 * 256 - 1) / 12 + 0.25);
  const double first = 3 * deviation * std::sqrt(127.0 * 127 + 64 * 64) + tensors.params.bias[0];
  EXPECT_NEAR(factor(tensors.params, 0) * first, 127, 1e-5);
  EXPECT_EQ(tensors.input, [&] {
    HostTensor input(DataType::int8, {1, 2, 2, 2});
    fill_random(input, tensor_seed(1, "conv", "input"));
    return input;
  }());
}

TEST_F(OnnxOperandsTest, FloatsAsInt16) {
  ModelBuilder model;
  model.input("x", {1, 1, 2, 2}).output("y");
  model.initializer(float_tensor("w", {1, 1, 1, 2}, {1.0F, -0.3F}));
  model.add("conv", "Conv", {"x", "w"}, {"y"});
  OnnxOptions options;
  options.float_type = DataType::int16;
  const OnnxNetwork network = read(model, options);
  const Layer& layer = network.layers()[0];
  EXPECT_EQ(layer.input_type, DataType::int16);
  EXPECT_EQ(layer.weight_type, DataType::int16);
  EXPECT_EQ(layer.output_type, DataType::int16);
  EXPECT_TRUE(network.has_floating_point());
  const LayerTensors tensors = network.tensors(0, 1);
  const double step = int16_step(1, 1 + 0.3F, 2);
  EXPECT_GT(step, 1 / 32767.0);
  EXPECT_THAT(values<int16_t>(tensors.weights),
              ElementsAre(std::lround(1 / step), std::lround(-0.3F / step)));
  EXPECT_THAT(tensors.params.bias, ElementsAre(0));
}

TEST_F(OnnxOperandsTest, OtherFloatingPointTypesAndRawBytes) {
  const double numbers[] = {1.0, -0.5, 0.25, 0.125};
  TensorProto half, twice, raw;
  for (TensorProto* const tensor : {&half, &twice, &raw}) {
    tensor->set_name("w");
    for (const int64_t extent : {1, 1, 2, 2}) tensor->add_dims(extent);
  }
  half.set_data_type(TensorProto::FLOAT16);
  for (const int bits : {0x3c00, 0xb800, 0x3400, 0x3000}) half.add_int32_data(bits);
  twice.set_data_type(TensorProto::DOUBLE);
  for (const double number : numbers) twice.add_double_data(number);
  raw.set_data_type(TensorProto::FLOAT);
  for (const double number : numbers) {
    const auto single = static_cast<float>(number);
    raw.mutable_raw_data()->append(reinterpret_cast<const char*>(&single), sizeof single);
  }
  for (const TensorProto* const tensor : {&half, &twice, &raw}) {
    ModelBuilder model;
    model.input("x", {1, 1, 2, 2}).output("y").initializer(*tensor);
    model.add("conv", "Conv", {"x", "w"}, {"y"});
    EXPECT_THAT(values<int8_t>(read(model).tensors(0, 1).weights), ElementsAre(127, -64, 32, 16));
  }
}

TEST_F(OnnxOperandsTest, Halves) {
  const struct {
    int bits;
    float number;
  } kCases[] = {{0x0000, 0.0F},     {0x0001, 0x1p-24F}, {0x03ff, 0x3ffp-24F},
                {0x0400, 0x1p-14F}, {0x7bff, 65504.0F}, {0xc248, -3.140625F}};
  for (const auto& c : kCases) {
    ModelBuilder model;
    TensorProto tensor = integer_tensor("w", TensorProto::FLOAT16, {1, 2, 1, 1}, {c.bits, 0x7bff});
    model.input("x", {1, 2, 1, 1}).output("y").initializer(tensor);
    model.add("conv", "Conv", {"x", "w"}, {"y"});
    OnnxOptions options;
    options.float_type = DataType::int16;
    const double step = int16_step(65504, 65504 + std::abs(c.number), 2);
    EXPECT_THAT(values<int16_t>(read(model, options).tensors(0, 1).weights),
                ElementsAre(std::nearbyint(c.number / step), std::nearbyint(65504 / step)));
  }
}

TEST_F(OnnxOperandsTest, IntegersAreUsedAsTheyAre) {
  for (const auto type : {TensorProto::INT8, TensorProto::INT16}) {
    ModelBuilder model;
    model.input("x", {1, 1, 2, 2}, type).output("y", type);
    const int32_t extreme = type == TensorProto::INT8 ? -128 : -32768;
    model.initializer(integer_tensor("w", type, {2, 1, 1, 2}, {extreme, 1, -2, 127}));
    model.initializer(integer_tensor("b", TensorProto::INT32, {2}, {-70000, 5}));
    model.add("conv", "Conv", {"x", "w", "b"}, {"y"});
    const OnnxNetwork network = read(model);
    const DataType expected = type == TensorProto::INT8 ? DataType::int8 : DataType::int16;
    EXPECT_EQ(network.layers()[0].input_type, expected);
    EXPECT_EQ(network.layers()[0].weight_type, expected);
    EXPECT_EQ(network.layers()[0].output_type, expected);
    EXPECT_FALSE(network.has_floating_point());
    const LayerTensors tensors = network.tensors(0, 1);
    if (type == TensorProto::INT8) {
      EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(extreme, 1, -2, 127));
    } else {
      EXPECT_THAT(values<int16_t>(tensors.weights), ElementsAre(extreme, 1, -2, 127));
    }
    EXPECT_THAT(tensors.params.bias, ElementsAre(-70000, 5));
  }
}

TEST_F(OnnxOperandsTest, ConvInteger) {
  ModelBuilder model;
  model.input("x", {1, 1, 3, 3}, TensorProto::UINT8).output("y", TensorProto::INT32);
  model.initializer(integer_tensor("w", TensorProto::UINT8, {2, 1, 1, 2}, {0, 255, 10, 12}));
  model.initializer(integer_tensor("xz", TensorProto::UINT8, {}, {128}));
  model.initializer(integer_tensor("wz", TensorProto::UINT8, {2}, {128, 11}));
  model.add("conv", "ConvInteger", {"x", "w", "xz", "wz"}, {"y"}).set("pads", {1, 0, 0, 0});
  const OnnxNetwork network = read(model);
  EXPECT_EQ(network.layers()[0].input_type, DataType::int8);
  EXPECT_EQ(network.layers()[0].output_type, DataType::int32);
  EXPECT_THAT(notes(network), ElementsAre());
  const LayerTensors tensors = network.tensors(0, 7);
  EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(-128, 127, -1, 1));
  EXPECT_THAT(tensors.params.bias, ElementsAre(0, 0));
  EXPECT_TRUE(tensors.params.multipliers.empty());
}

// Other types and zero points are the layer's own, and inputs are drawn of all that the type has.
TEST_F(OnnxOperandsTest, ZeroPointsOfInputs) {
  const struct {
    TensorProto::DataType type;
    int zero_point;
  } kCases[] = {{TensorProto::UINT8, 0},   {TensorProto::UINT8, 3}, {TensorProto::UINT8, 200},
                {TensorProto::UINT8, 255}, {TensorProto::INT8, 5},  {TensorProto::INT8, -128}};
  for (const auto& c : kCases) {
    ModelBuilder model;
    model.input("x", {1, 1, 64, 64}, c.type).output("y", TensorProto::INT32);
    model.initializer(integer_tensor("w", TensorProto::INT8, {1, 1, 1, 1}, {1}));
    model.initializer(integer_tensor("xz", c.type, {1}, {c.zero_point}));
    model.add("conv", "ConvInteger", {"x", "w", "xz"}, {"y"});
    const OnnxNetwork network = read(model);
    const bool is_signed = c.type == TensorProto::INT8;
    EXPECT_THAT(notes(network), ElementsAre());
    EXPECT_EQ(network.layers()[0].input_type, is_signed ? DataType::int8 : DataType::uint8);
    EXPECT_EQ(network.layers()[0].input_zero_point, c.zero_point);
    const HostTensor input = network.tensors(0, 3).input;
    const std::vector<int32_t> drawn = is_signed ? values<int8_t>(input) : values<uint8_t>(input);
    EXPECT_EQ(*std::min_element(drawn.begin(), drawn.end()), is_signed ? -128 : 0);
    EXPECT_EQ(*std::max_element(drawn.begin(), drawn.end()), is_signed ? 127 : 255);
  }
}

TEST_F(OnnxOperandsTest, ZeroPointsThatTheModelComputesAreNoted) {
  ModelBuilder model;
  model.input("f", {1, 1, 2, 2}).output("y", TensorProto::INT32);
  model.initializer(integer_tensor("w", TensorProto::INT8, {1, 1, 1, 1}, {1}));
  model.add("", "DynamicQuantizeLinear", {"f"}, {"x", "xs", "xz"});
  model.add("conv", "ConvInteger", {"x", "w", "xz"}, {"y"});
  EXPECT_THAT(notes(read(model)), ElementsAre("conv: zero point of the input is not in the file: 0"));
}

constexpr const char* kTies = "conv: ties round up and not to even: outputs can differ from ONNX by one";

// QLinearConv as exporters write it.
ModelBuilder qlinear_conv(TensorProto::DataType y_type, int y_zero_point, bool by_channel) {
  ModelBuilder model;
  model.input("x", {1, 1, 3, 3}, TensorProto::UINT8).output("y", y_type);
  model.initializer(integer_tensor("w", TensorProto::INT8, {2, 1, 1, 2}, {-128, 127, 3, 4}));
  model.initializer(float_tensor("xs", {}, {0.02F}));
  model.initializer(integer_tensor("xz", TensorProto::UINT8, {}, {128}));
  model.initializer(by_channel ? float_tensor("ws", {2}, {0.01F, 0.005F}) : float_tensor("ws", {}, {0.01F}));
  model.initializer(by_channel ? integer_tensor("wz", TensorProto::INT8, {2}, {0, 0})
                               : integer_tensor("wz", TensorProto::INT8, {}, {0}));
  model.initializer(float_tensor("ys", {}, {0.05F}));
  model.initializer(integer_tensor("yz", y_type, {}, {y_zero_point}));
  model.initializer(integer_tensor("b", TensorProto::INT32, {2}, {1000, -2000}));
  model.add("conv", "QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"});
  return model;
}

TEST_F(OnnxOperandsTest, QLinearConv) {
  const OnnxNetwork network = read(qlinear_conv(TensorProto::INT8, 0, true));
  EXPECT_EQ(network.layers()[0].output_type, DataType::int8);
  EXPECT_THAT(notes(network), ElementsAre(kTies));
  const LayerTensors tensors = network.tensors(0, 1);
  EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(-128, 127, 3, 4));
  EXPECT_THAT(tensors.params.bias, ElementsAre(1000, -2000));
  EXPECT_NEAR(factor(tensors.params, 0), 0.02F * 0.01F / 0.05F, 1e-10);
  EXPECT_NEAR(factor(tensors.params, 1), 0.02F * 0.005F / 0.05F, 1e-10);
}

TEST_F(OnnxOperandsTest, QLinearConvWithOneScale) {
  const OnnxNetwork network = read(qlinear_conv(TensorProto::UINT8, 128, false));
  EXPECT_THAT(notes(network), ElementsAre(kTies));
  const LayerTensors tensors = network.tensors(0, 1);
  EXPECT_NEAR(factor(tensors.params, 0), 0.02F * 0.01F / 0.05F, 1e-10);
  EXPECT_EQ(tensors.params.multipliers[0], tensors.params.multipliers[1]);
}

// Then layers are requantized in single precision, as ONNX Runtime does it.
TEST_F(OnnxOperandsTest, ZeroPointsOfOutputs) {
  const struct {
    TensorProto::DataType type;
    int zero_point;
  } kCases[] = {{TensorProto::UINT8, 0}, {TensorProto::UINT8, 200}, {TensorProto::INT8, -10}};
  for (const auto& c : kCases) {
    const OnnxNetwork network = read(qlinear_conv(c.type, c.zero_point, true));
    EXPECT_THAT(notes(network), ElementsAre());
    const Layer& layer = network.layers()[0];
    EXPECT_EQ(layer.output_type, c.type == TensorProto::INT8 ? DataType::int8 : DataType::uint8);
    EXPECT_EQ(layer.output_zero_point, c.zero_point);
    EXPECT_THAT(layer.scales, ElementsAre(0.02F * 0.01F / 0.05F, 0.02F * 0.005F / 0.05F));
    const LayerParams params = network.tensors(0, 1).params;
    EXPECT_EQ(params.scales, layer.scales);
    EXPECT_TRUE(params.multipliers.empty());
    EXPECT_THAT(params.bias, ElementsAre(1000, -2000));
  }
}

// QuantizeLinear and DequantizeLinear around floating-point operators, as quantizing exporters write it.
ModelBuilder coded_conv(float bias_scale, bool relu = false) {
  ModelBuilder model;
  model.input("xq", {1, 1, 3, 3}, TensorProto::INT8).output("yq", TensorProto::INT8);
  model.initializer(float_tensor("xs", {}, {0.02F}))
      .initializer(integer_tensor("z", TensorProto::INT8, {}, {0}));
  model.initializer(float_tensor("ws", {2}, {0.01F, 0.005F}));
  model.initializer(integer_tensor("wz", TensorProto::INT8, {2}, {0, 0}));
  model.initializer(float_tensor("ys", {}, {0.05F}));
  model.initializer(integer_tensor("wq", TensorProto::INT8, {2, 1, 1, 2}, {-128, 127, 3, 4}));
  model.initializer(integer_tensor("bq", TensorProto::INT32, {2}, {123456789, -2000}));
  model.initializer(float_tensor("bs", {2}, {bias_scale * 0.01F, bias_scale * 0.005F}));
  model.add("", "DequantizeLinear", {"xq", "xs", "z"}, {"x"});
  model.add("", "DequantizeLinear", {"wq", "ws", "wz"}, {"w"}).set("axis", 0);
  model.add("", "DequantizeLinear", {"bq", "bs"}, {"b"}).set("axis", 0);
  model.add("conv", "Conv", {"x", "w", "b"}, {"y"});
  if (relu) model.add("", "Relu", {"y"}, {"r"});
  model.add("", "QuantizeLinear", {relu ? "r" : "y", "ys", "z"}, {"yq"});
  return model;
}

// Scale and type of the file hold with a Relu before QuantizeLinear, too; the Relu itself is not carried out.
TEST_F(OnnxOperandsTest, ReluBeforeQuantizeLinearKeepsTheScale) {
  const OnnxNetwork plain = read(coded_conv(0.02F));
  const OnnxNetwork rectified = read(coded_conv(0.02F, true));
  EXPECT_EQ(rectified.layers()[0].output_type, DataType::int8);
  EXPECT_THAT(notes(rectified), ElementsAre());
  ASSERT_EQ(rectified.not_simulated().size(), 1U);
  EXPECT_EQ(rectified.not_simulated()[0].name, "Relu");
  const LayerTensors tensors = rectified.tensors(0, 1);
  EXPECT_NEAR(factor(tensors.params, 0), 0.02F * 0.01F / 0.05F, 1e-10);
  EXPECT_EQ(tensors.params.multipliers, plain.tensors(0, 1).params.multipliers);
  EXPECT_EQ(tensors.params.shifts, plain.tensors(0, 1).params.shifts);
}

TEST_F(OnnxOperandsTest, CodedTensorsAroundFloatingPointOperators) {
  const OnnxNetwork network = read(coded_conv(0.02F));
  EXPECT_EQ(network.layers()[0].input_type, DataType::int8);
  EXPECT_FALSE(network.has_floating_point());
  EXPECT_TRUE(network.not_simulated().empty());
  EXPECT_THAT(notes(network), ElementsAre());
  const LayerTensors tensors = network.tensors(0, 1);
  EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(-128, 127, 3, 4));
  // The product of the scales is that of the bias but for rounding, which must not change it.
  EXPECT_THAT(tensors.params.bias, ElementsAre(123456789, -2000));
  EXPECT_NEAR(factor(tensors.params, 0), 0.02F * 0.01F / 0.05F, 1e-10);
  EXPECT_NEAR(factor(tensors.params, 1), 0.02F * 0.005F / 0.05F, 1e-10);
  // Another scale: the numbers stay the same.
  EXPECT_EQ(read(coded_conv(0.01F)).tensors(0, 1).params.bias[1], -1000);
}

TEST_F(OnnxOperandsTest, GemmAndMatMul) {
  // 2 outputs of depth 3; rows of outputs are {4, -2, 1} and {8, 0, -8}.
  const std::vector<float> by_output = {4, -2, 1, 8, 0, -8}, by_input = {4, 8, -2, 0, 1, -8};
  const std::vector<int32_t> expected = {127, -64, 32, 127, 0, -127};
  for (const bool transposed : {false, true}) {
    ModelBuilder model;
    model.input("a", {5, 3}).output("y");
    model.initializer(transposed ? float_tensor("b", {2, 3}, by_output)
                                 : float_tensor("b", {3, 2}, by_input));
    model.initializer(float_tensor("c", {1, 2}, {1, 3}));
    model.add("gemm", "Gemm", {"a", "b", "c"}, {"y"})
        .set("transB", transposed ? 1 : 0)
        .set_number("alpha", 0.5F)
        .set_number("beta", 2);
    const LayerTensors tensors = read(model).tensors(0, 1);
    EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAreArray(expected));
    // alpha halves the scales of the weights, beta doubles the bias.
    EXPECT_THAT(tensors.params.bias,
                ElementsAre(std::lround(2.0 * 127 * 127 / 2), std::lround(6.0 * 127 * 127 / 4)));

    ModelBuilder matmul;
    matmul.input("a", {5, 3}).output("y");
    if (transposed) {
      matmul.initializer(float_tensor("bt", {2, 3}, by_output));
      matmul.add("", "Transpose", {"bt"}, {"b"});
    } else {
      matmul.initializer(float_tensor("b", {3, 2}, by_input));
    }
    matmul.add("matmul", "MatMul", {"a", "b"}, {"y"});
    EXPECT_THAT(values<int8_t>(read(matmul).tensors(0, 1).weights), ElementsAreArray(expected));
  }
}

TEST_F(OnnxOperandsTest, WeightsThatAreNotInTheFileArePseudoRandom) {
  ModelBuilder model;
  model.input("x", {1, 2, 3, 3}).input("w", {4, 2, 3, 3}).input("b", {4}).output("y");
  model.add("conv", "Conv", {"x", "w", "b"}, {"y"});
  const OnnxNetwork network = read(model);
  EXPECT_THAT(notes(network), ElementsAre("conv: weights are not in the file: pseudo-random",
                                          "conv: bias is not in the file: zero"));
  HostTensor weights(DataType::int8, {4, 2, 3, 3});
  fill_random(weights, tensor_seed(9, "conv", "weight"));
  EXPECT_EQ(network.tensors(0, 9).weights, weights);
  EXPECT_THAT(network.tensors(0, 9).params.bias, ElementsAre(0, 0, 0, 0));
}

// Weights of the columns of each matrix, one behind another.
TEST_F(OnnxOperandsTest, WeightsOfSeveralMatrices) {
  ModelBuilder model;
  model.input("a", {2, 1, 3}, TensorProto::INT8).output("y", TensorProto::INT32);
  model.initializer(
      integer_tensor("b", TensorProto::INT8, {2, 3, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  model.add("p", "MatMulInteger", {"a", "b"}, {"y"});
  EXPECT_THAT(values<int8_t>(read(model).tensors(0, 1).weights),
              ElementsAre(1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12));
}

// Reshape, Transpose, Cast and DequantizeLinear between the file's weights and their use.
TEST_F(OnnxOperandsTest, WeightsBehindOtherOperators) {
  ModelBuilder model;
  model.input("x", {1, 2}, TensorProto::FLOAT).output("y");
  model.initializer(integer_tensor("w", TensorProto::INT8, {3, 2, 1}, {1, 2, 3, 4, 5, 6}));
  model.initializer(float_tensor("s", {3}, {1, 2, 4}));
  model.initializer(integer_tensor("shape", TensorProto::INT64, {2}, {3, -1}));
  model.add("", "DequantizeLinear", {"w", "s"}, {"a"}).set("axis", 0);
  model.add("", "Reshape", {"a", "shape"}, {"b"});
  model.add("", "Transpose", {"b"}, {"c"});
  model.add("p", "MatMul", {"x", "c"}, {"y"});
  const OnnxNetwork network = read(model);
  EXPECT_TRUE(network.not_simulated().empty());
  const LayerTensors tensors = network.tensors(0, 1);
  EXPECT_THAT(values<int8_t>(tensors.weights), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_NEAR(factor(tensors.params, 2) / factor(tensors.params, 0), 4, 1e-6);
}

TEST_F(OnnxOperandsTest, BiasesThatDifferBetweenRowsAreNoted) {
  ModelBuilder model;
  model.input("x", {2, 3})
      .output("y")
      .initializer(some_floats("w", {3, 4}))
      .initializer(some_floats("c", {2, 4}));
  model.add("p", "Gemm", {"x", "w", "c"}, {"y"});
  const OnnxNetwork network = read(model);
  EXPECT_THAT(notes(network), ElementsAre("p: bias differs between rows: zero"));
  EXPECT_THAT(network.tensors(0, 1).params.bias, ElementsAre(0, 0, 0, 0));
}

TEST_F(OnnxOperandsTest, DataInAnotherFile) {
  const float numbers[] = {9, 9, 1.0F, -0.5F, 0.25F, 0.125F};
  std::filesystem::create_directory(folder.path("data"));
  folder.write("data/w.bin", std::string(reinterpret_cast<const char*>(numbers), sizeof numbers));
  ModelBuilder model;
  model.input("x", {1, 1, 2, 2}).output("y");
  TensorProto& tensor = *model.graph().add_initializer();
  tensor = float_tensor("w", {1, 1, 2, 2}, {});
  tensor.set_data_location(TensorProto::EXTERNAL);
  const auto entry = [&](const char* key, const char* value) {
    auto& added = *tensor.add_external_data();
    added.set_key(key);
    added.set_value(value);
  };
  entry("location", "data/w.bin");
  entry("offset", "8");
  entry("length", "16");
  model.add("conv", "Conv", {"x", "w"}, {"y"});
  EXPECT_THAT(values<int8_t>(read(model).tensors(0, 1).weights), ElementsAre(127, -64, 32, 16));
}

TEST_F(OnnxOperandsTest, FixedPointFactors) {
  const auto fixed = [](double factor) {
    const FixedPoint result = onnx_import::to_fixed_point(factor);
    return std::pair<int64_t, int>(result.multiplier, result.shift);
  };
  EXPECT_EQ(fixed(1), std::pair(int64_t{1} << 30, 30));
  EXPECT_EQ(fixed(0.5), std::pair(int64_t{1} << 30, 31));
  EXPECT_EQ(fixed(std::ldexp(1.0, -62)), std::pair(int64_t{1}, 62));
  EXPECT_EQ(fixed(std::ldexp(1.0, -70)), std::pair(int64_t{0}, 62));
  EXPECT_EQ(fixed(std::ldexp(1.0, 30)), std::pair(int64_t{1} << 30, 0));
  EXPECT_EQ(fixed(std::nextafter(std::ldexp(1.0, 31), 0)), std::pair((int64_t{1} << 31) - 1, 0));
  EXPECT_EQ(fixed(std::nextafter(1.0, 0)), std::pair(int64_t{1} << 30, 30));
  std::mt19937_64 random(20240611);
  std::uniform_real_distribution<double> exponent(-32, 31);
  for (int i = 0; i < 10000; ++i) {
    const double factor = std::exp2(exponent(random));
    const auto [multiplier, shift] = fixed(factor);
    EXPECT_LE(std::abs(std::ldexp(static_cast<double>(multiplier), -shift) / factor - 1),
              std::ldexp(1.0, -31))
        << factor;
  }
}

TEST_F(OnnxOperandsTest, NumbersThatCannotBeUsed) {
  const auto with_weights = [](const TensorProto& w) {
    ModelBuilder model;
    model.input("x", {1, 1, 2, 2}).output("y").initializer(w);
    model.add("conv", "Conv", {"x", "w"}, {"y"});
    return model;
  };
  const std::string node = "m.onnx: node \"conv\" (Conv): ";
  EXPECT_EQ(refusal(with_weights(float_tensor("w", {1, 1, 1, 2}, {1, NAN}))),
            node + "weights: expected finite numbers, found nan at 1");
  EXPECT_EQ(refusal(with_weights(float_tensor("w", {1, 1, 1, 2}, {-INFINITY, 1}))),
            node + "weights: expected finite numbers, found -inf at 0");
  EXPECT_EQ(refusal(with_weights(integer_tensor("w", TensorProto::UINT8, {1, 1, 1, 2}, {1, 128}))),
            node + "weights: expected -128 to 127 less the zero point, found 128 at 1");
  EXPECT_EQ(refusal(with_weights(integer_tensor("w", TensorProto::INT32, {1, 1, 1, 2}, {1, 2}))),
            node + "weights: expected float16, float32, float64, int8, uint8 or int16, found int32");

  const std::string coded = "m.onnx: node \"conv\" (QLinearConv): ";
  const struct {
    TensorProto replaced;
    const char* message;
  } kCases[] = {
      {float_tensor("xs", {}, {0}), "input scale: expected a finite number above 0, found 0"},
      {float_tensor("xs", {}, {NAN}), "input scale: expected a finite number above 0, found nan"},
      {float_tensor("ws", {2}, {1, -1}), "scale of the weights: expected a finite number above 0, found -1"},
      {float_tensor("ws", {3}, {1, 1, 1}), "scale of the weights: expected 1 or 2 elements, found 3"},
      {float_tensor("ys", {2}, {1, 1}), "output scale: expected one element, found 2"},
      {float_tensor("ys", {}, {1e-30F}),
       "expected input scale * weight scale / output scale below 2^31, found "},
      {integer_tensor("wz", TensorProto::INT8, {2}, {1, 0}),
       "weights: expected -128 to 127 less the zero point, found -129 at 0"},
      {integer_tensor("wz", TensorProto::UINT8, {2}, {0, 0}),
       "weights zero point: expected int8, found uint8"},
      {integer_tensor("xz", TensorProto::INT8, {}, {0}), "input zero point: expected uint8, found int8"},
      {integer_tensor("b", TensorProto::INT32, {3}, {1, 2, 3}), "bias: expected 1 or 2 elements, found 3"},
  };
  for (const auto& c : kCases) {
    ModelBuilder model = qlinear_conv(TensorProto::INT8, 0, true);
    for (TensorProto& tensor : *model.graph().mutable_initializer()) {
      if (tensor.name() == c.replaced.name()) tensor = c.replaced;
    }
    EXPECT_THAT(refusal(model), HasSubstr(coded + c.message));
  }
}

}  // namespace
}  // namespace hwcvp
