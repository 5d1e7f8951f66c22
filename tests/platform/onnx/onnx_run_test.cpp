// The built program on ONNX files: what the simulated machine computes with the weights of a file, against
// the operators as ONNX defines them, worked out here in other arithmetic.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "tests/platform/onnx/onnx_test.h"
#include "tests/platform/onnx/quantized_model.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using onnx::TensorProto;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 5;

// Sums of products in double, with `magnitudes` of |input * weight|, for each output element.
struct Sums {
  std::vector<double> values, magnitudes;
};

// A convolution of numbers as ONNX defines it. Weights are M x C/group x KH x KW.
Sums convolve(const Layer& layer, const std::vector<double>& input, const std::vector<double>& weights) {
  Sums sums;
  const int64_t group_outputs = layer.out_channels / layer.group, depth = layer.in_channels / layer.group;
  for (int64_t b = 0; b < layer.batch; ++b) {
    for (int64_t m = 0; m < layer.out_channels; ++m) {
      for (int64_t oy = 0; oy < layer.out_height(); ++oy) {
        for (int64_t ox = 0; ox < layer.out_width(); ++ox) {
          double sum = 0, magnitude = 0;
          for (int64_t c = 0; c < depth; ++c) {
            for (int64_t fy = 0; fy < layer.kernel_shape[0]; ++fy) {
              for (int64_t fx = 0; fx < layer.kernel_shape[1]; ++fx) {
                const int64_t y = oy * layer.strides[0] + fy * layer.dilations[0] - layer.pads[0];
                const int64_t x = ox * layer.strides[1] + fx * layer.dilations[1] - layer.pads[1];
                if (y < 0 || y >= layer.in_height || x < 0 || x >= layer.in_width) continue;
                const int64_t channel = b * layer.in_channels + m / group_outputs * depth + c;
                const double product =
                    input[static_cast<size_t>((channel * layer.in_height + y) * layer.in_width + x)] *
                    weights[static_cast<size_t>(
                        ((m * depth + c) * layer.kernel_shape[0] + fy) * layer.kernel_shape[1] + fx)];
                sum += product;
                magnitude += std::abs(product);
              }
            }
          }
          sums.values.push_back(sum);
          sums.magnitudes.push_back(magnitude);
        }
      }
    }
  }
  return sums;
}

// The machine's inputs, each times `scale`.
std::vector<double> inputs(const Layer& layer, double scale) {
  HostTensor tensor(layer.input_type, input_shape(layer));
  fill_random(tensor, tensor_seed(kSeed, layer.name, "input"));
  std::vector<double> result;
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const int integer =
        layer.input_type == DataType::int8 ? tensor.data<int8_t>()[i] : tensor.data<int16_t>()[i];
    result.push_back(integer * scale);
  }
  return result;
}

std::vector<int32_t> random_integers(size_t count, int least, int most, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int32_t> result(count);
  for (int32_t& value : result) {
    value = least + static_cast<int32_t>(random() % static_cast<uint64_t>(most - least + 1));
  }
  return result;
}

std::vector<float> random_floats(size_t count, uint64_t seed) {
  std::vector<float> result;
  for (const int32_t value : random_integers(count, -1000, 1000, seed)) {
    result.push_back(static_cast<float>(value) / 4096.0F);
  }
  return result;
}

class OnnxRunTest : public OnnxTest {
 protected:
  // Runs a file on the whole machine; every prediction must match and every output be verified.
  json run(const ModelBuilder& model, const std::string& options = "") {
    folder.write("m.onnx", model.bytes());
    const ProgramResult result = folder.run(
        "run --network m.onnx --buffer 4KiB --cpu native --json --output-dir out "
        "--seed " +
        std::to_string(kSeed) + " " + options);
    EXPECT_EQ(result.status, 0) << result.err;
    json document = json::parse(result.out, nullptr, false);
    if (!document.is_object()) {
      ADD_FAILURE() << result.out;
      return {};
    }
    for (const json& layer : document["layers"]) {
      EXPECT_EQ(layer["match"], true) << layer["name"];
      EXPECT_EQ(layer["output"]["verified"], true) << layer["name"];
    }
    return document;
  }

  std::vector<double> output(const Layer& layer) {
    const HostTensor tensor = read_npy(folder.path("out/" + layer.name + ".output.npy").string(),
                                       layer.output_type, output_shape(layer));
    std::vector<double> result;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      result.push_back(layer.output_type == DataType::int8    ? tensor.data<int8_t>()[i]
                       : layer.output_type == DataType::int16 ? tensor.data<int16_t>()[i]
                                                              : tensor.data<int32_t>()[i]);
    }
    return result;
  }
};

TEST_F(OnnxRunTest, ConvIntegerIsExact) {
  Layer layer;
  layer.name = "conv";
  layer.batch = 2;
  layer.in_channels = 6;
  layer.in_height = 13;
  layer.in_width = 11;
  layer.out_channels = 8;
  layer.kernel_shape = {3, 2};
  layer.strides = {2, 1};
  layer.pads = {1, 0, 2, 1};
  layer.group = 2;
  layer.output_type = DataType::int32;
  const std::vector<int32_t> stored = random_integers(8 * 3 * 3 * 2, 0, 255, 1);
  ModelBuilder model(10);
  model.input("x", {2, 6, 13, 11}, TensorProto::UINT8).output("y", TensorProto::INT32);
  model.initializer(integer_tensor("w", TensorProto::UINT8, {8, 3, 3, 2}, stored));
  model.initializer(integer_tensor("xz", TensorProto::UINT8, {}, {128}));
  model.initializer(integer_tensor("wz", TensorProto::UINT8, {}, {128}));
  model.add("conv", "ConvInteger", {"x", "w", "xz", "wz"}, {"y"})
      .set("strides", {2, 1})
      .set("pads", {1, 0, 2, 1})
      .set("group", 2);
  run(model);
  std::vector<double> weights;
  for (const int32_t value : stored) weights.push_back(value - 128);
  EXPECT_EQ(output(layer), convolve(layer, inputs(layer, 1), weights).values);
}

TEST_F(OnnxRunTest, QLinearConvAsOnnxDefinesIt) {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = 5;
  layer.in_height = layer.in_width = 10;
  layer.out_channels = 7;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  const std::vector<int32_t> stored = random_integers(7 * 5 * 9, -128, 127, 2);
  const std::vector<int32_t> bias = random_integers(7, -20000, 20000, 3);
  std::vector<float> scales;
  for (const int32_t value : random_integers(7, 10, 40, 4))
    scales.push_back(static_cast<float>(value) / 4096.0F);
  ModelBuilder model;
  model.input("x", {1, 5, 10, 10}, TensorProto::INT8).output("y", TensorProto::UINT8);
  model.initializer(integer_tensor("w", TensorProto::INT8, {7, 5, 3, 3}, stored));
  model.initializer(float_tensor("xs", {}, {0.03F}))
      .initializer(integer_tensor("xz", TensorProto::INT8, {}, {0}));
  model.initializer(float_tensor("ws", {7}, scales));
  model.initializer(integer_tensor("wz", TensorProto::INT8, {7}, {0, 0, 0, 0, 0, 0, 0}));
  model.initializer(float_tensor("ys", {}, {0.4F}))
      .initializer(integer_tensor("yz", TensorProto::UINT8, {}, {128}));
  model.initializer(integer_tensor("b", TensorProto::INT32, {7}, bias));
  model.add("conv", "QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"})
      .set("pads", {1, 1, 1, 1});
  run(model);
  const std::vector<double> weights(stored.begin(), stored.end());
  const std::vector<double> sums = convolve(layer, inputs(layer, 1), weights).values;
  const std::vector<double> found = output(layer);
  ASSERT_EQ(found.size(), sums.size());
  int64_t saturated = 0, different = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    const size_t channel = i / 100;
    const double scale = double{0.03F} * double{scales[channel]} / double{0.4F};
    // The machine holds y - 128.
    const double expected = std::clamp(std::nearbyint((sums[i] + bias[channel]) * scale), -128.0, 127.0);
    EXPECT_LE(std::abs(found[i] - expected), 1) << i;  // ties go up and not to even, factors have 31 bits
    different += found[i] != expected ? 1 : 0;
    saturated += std::abs(expected) >= 127 ? 1 : 0;
  }
  EXPECT_LE(different, 2);
  EXPECT_LT(saturated, 350);  // or the test would show little
}

// Outputs, times what a step of them stands for, are those of the floating-point operator, as close as
// rounding of weights, bias and outputs lets them.
void expect_close(const Layer& layer, const std::vector<double>& found, const std::vector<float>& weights,
                  const std::vector<float>& bias) {
  const double input_most = layer.input_type == DataType::int8 ? 127 : 32767;
  const std::vector<double> x = inputs(layer, 1 / input_most);
  const std::vector<double> exact(weights.begin(), weights.end());
  const Sums sums = convolve(layer, x, exact);
  const int64_t pixels = layer.out_height() * layer.out_width();
  const size_t per_channel = weights.size() / static_cast<size_t>(layer.out_channels);

  // As docs/onnx.md defines them: the steps of the weights, and from them that of the outputs.
  std::vector<double> steps;
  double largest = 0;
  const double count = 2 * input_most + 2;
  const double deviation = std::sqrt((count * count - 1) / 12 + 0.25);
  for (size_t m = 0; m < static_cast<size_t>(layer.out_channels); ++m) {
    double most = 0, squares = 0;
    double sum = 0;
    for (size_t i = 0; i < per_channel; ++i) {
      most = std::max(most, std::abs(exact[m * per_channel + i]));
      sum += std::abs(exact[m * per_channel + i]);
    }
    const double rounding = (input_most + 1) / 2 * static_cast<double>(per_channel);
    steps.push_back(std::max(most / input_most, (input_most + 1) * sum / ((1 << 30) - rounding)));
    for (size_t i = 0; i < per_channel; ++i) {
      squares += std::pow(std::nearbyint(exact[m * per_channel + i] / steps[m]) * steps[m], 2);
    }
    largest = std::max(largest, 3 * deviation / input_most * std::sqrt(squares) + std::abs(double{bias[m]}));
  }
  const double output_step = largest / input_most;

  int64_t within = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    const auto m = i / static_cast<size_t>(pixels) % static_cast<size_t>(layer.out_channels);
    const double expected = sums.values[i] + bias[m];
    if (std::abs(expected) > largest - output_step) continue;  // may saturate
    ++within;
    // Each weight is off by half a step at most, times an input of at most 1; the bias by half a step of the
    // sums.
    const double bound =
        steps[m] / 2 * static_cast<double>(per_channel) + steps[m] / input_most + 0.51 * output_step;
    EXPECT_LE(std::abs(found[i] * output_step - expected), bound) << i;
  }
  EXPECT_GT(within, static_cast<int64_t>(found.size() * 9 / 10));
  // The bound must be small beside the outputs, or any weights would do.
  double mean_square = 0;
  for (const double value : sums.values) mean_square += value * value / static_cast<double>(found.size());
  EXPECT_LT(steps[0] / 2 * static_cast<double>(per_channel), std::sqrt(mean_square));
}

TEST_F(OnnxRunTest, FloatingPointConv) {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = 4;
  layer.in_height = 9;
  layer.in_width = 12;
  layer.out_channels = 6;
  layer.kernel_shape = {3, 3};
  layer.dilations = {1, 2};
  layer.pads = {0, 1, 2, 3};
  layer.group = 2;
  const std::vector<float> weights = random_floats(6 * 2 * 9, 6), bias = random_floats(6, 7);
  ModelBuilder model(11);
  model.input("x", {1, 4, 9, 12}).output("y");
  model.initializer(float_tensor("w", {6, 2, 3, 3}, weights)).initializer(float_tensor("b", {6}, bias));
  model.add("conv", "Conv", {"x", "w", "b"}, {"y"})
      .set("dilations", {1, 2})
      .set("pads", {0, 1, 2, 3})
      .set("group", 2);
  const json narrow = run(model);
  expect_close(layer, output(layer), weights, bias);
  const json wide = run(model, "--types int16");
  layer.input_type = layer.weight_type = layer.output_type = DataType::int16;
  expect_close(layer, output(layer), weights, bias);
  EXPECT_EQ(wide["layers"][0]["observed"]["traffic"]["output_write"],
            2 * narrow["layers"][0]["observed"]["traffic"]["output_write"].get<int64_t>());
}

TEST_F(OnnxRunTest, FloatingPointProducts) {
  Layer layer;
  layer.name = "fc";
  layer.batch = 3;
  layer.in_channels = 50;
  layer.out_channels = 20;
  const std::vector<float> weights = random_floats(20 * 50, 8), bias = random_floats(20, 9);
  std::vector<float> by_input(weights.size());
  for (size_t m = 0; m < 20; ++m) {
    for (size_t c = 0; c < 50; ++c) by_input[c * 20 + m] = weights[m * 50 + c];
  }
  ModelBuilder gemm;
  gemm.input("a", {3, 50}).output("y");
  gemm.initializer(float_tensor("b", {20, 50}, weights)).initializer(float_tensor("c", {20}, bias));
  gemm.add("fc", "Gemm", {"a", "b", "c"}, {"y"}).set("transB", 1);
  run(gemm);
  expect_close(layer, output(layer), weights, bias);

  ModelBuilder matmul;
  matmul.input("a", {3, 50}).output("y").initializer(float_tensor("b", {50, 20}, by_input));
  matmul.add("fc", "MatMul", {"a", "b"}, {"y"});
  run(matmul);
  expect_close(layer, output(layer), weights, std::vector<float>(20, 0.0F));
}

TEST_F(OnnxRunTest, AWholeNetworkOnBothProcessors) {
  ModelBuilder model;
  model.input("x", {1, 3, 16, 16}).output("y");
  model.initializer(some_floats("w1", {8, 3, 3, 3})).initializer(some_floats("w2", {8, 1, 3, 3}));
  model.initializer(some_floats("w3", {12, 8, 1, 1})).initializer(some_floats("w4", {10, 12}));
  model.add("stem", "Conv", {"x", "w1"}, {"a"}).set_text("auto_pad", "SAME_UPPER").set("strides", {2, 2});
  model.add("relu1", "Relu", {"a"}, {"b"});
  model.add("", "Conv", {"b", "w2"}, {"c"}).set("group", 8).set("pads", {1, 1, 1, 1});
  model.add("relu2", "Relu", {"c"}, {"d"});
  model.add("point", "Conv", {"d", "w3"}, {"e"});
  model.add("pool", "GlobalAveragePool", {"e"}, {"f"});
  model.add("flat", "Flatten", {"f"}, {"g"});
  model.add("fc", "Gemm", {"g", "w4"}, {"y"}).set("transB", 1);
  const json native = run(model);
  EXPECT_EQ(native["layers"].size(), 4U);
  EXPECT_EQ(native["not_simulated"], json::parse(R"([{"operator": "Flatten", "count": 1},
      {"operator": "GlobalAveragePool", "count": 1}, {"operator": "Relu", "count": 2}])"));
  EXPECT_EQ(native["notes"], json::array());
  EXPECT_EQ(native["layers"][1]["name"], "Conv_2");

  // On the emulated processor, with other inputs.
  const ProgramResult text = folder.run("run --network m.onnx --buffer 4KiB --details onnx");
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("not simulated      nodes\n"));
  EXPECT_THAT(text.out, HasSubstr("GlobalAveragePool      1\n"));
  EXPECT_THAT(text.out, HasSubstr("Relu                   2\n"));
}

TEST_F(OnnxRunTest, OtherCommandsReadFilesAsWell) {
  ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
  model.add("relu", "Relu", {"y"}, {"z"});
  model.graph().mutable_output(0)->set_name("z");
  model.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_param("N");
  folder.write("m.onnx", model.bytes());
  const ProgramResult optimized = folder.run("optimize --network m.onnx --onnx-dim N=2 --buffer 1KiB --json");
  EXPECT_EQ(optimized.status, 0) << optimized.err;
  const json document = json::parse(optimized.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << optimized.out;
  EXPECT_EQ(document["layers"][0]["layer"]["batch"], 2);
  EXPECT_EQ(document["not_simulated"], json::parse(R"([{"operator": "Relu", "count": 1}])"));

  const ProgramResult listed = folder.run("networks m.onnx --onnx-dim N=2 --types int16");
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("conv   3x9x7   4x7x6     3x2"));
  EXPECT_THAT(listed.out, HasSubstr("int16 int16 int16"));
  EXPECT_THAT(listed.out, HasSubstr("Relu               1\n"));
  const ProgramResult as_json = folder.run("networks m.onnx --onnx-dim N=2 --json");
  EXPECT_EQ(json::parse(as_json.out)["layers"][0], document["layers"][0]["layer"]);
}

TEST_F(OnnxRunTest, NetworksListsOperatorsAndPasses) {
  folder.write("m.onnx", small_resnet().bytes());
  const ProgramResult text = folder.run("networks m.onnx");
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, ContainsRegex("conv1 +QLinearConv +compute\n"));
  EXPECT_THAT(text.out, ContainsRegex("flat +Flatten +none\n"));
  EXPECT_THAT(text.out, HasSubstr("\nwhole network: can be run\n"));
  const json document = json::parse(folder.run("networks m.onnx --json").out);
  EXPECT_EQ(document["complete"], true);
  EXPECT_EQ(document["operators"][0],
            json::parse(R"({"name": "x_quantize", "type": "QuantizeLinear", "engine": "host"})"));
  EXPECT_EQ(document["layers"].size(), 3U);
  const ProgramResult passes = folder.run("networks m.onnx --passes");
  EXPECT_EQ(passes.status, 0) << passes.err;
  EXPECT_THAT(passes.out, HasSubstr("quantization merged into operators\n  x_q uint8[1x3x16x16] = "));

  // What is no layer is listed all the same.
  ModelBuilder cubic;
  cubic.input("x", {1, 2, 8, 8, 8}).initializer(some_floats("w", {4, 2, 3, 3, 3})).output("y");
  cubic.add("conv", "Conv", {"x", "w"}, {"y"});
  folder.write("m.onnx", cubic.bytes());
  const json refused = json::parse(folder.run("networks m.onnx --json").out);
  EXPECT_EQ(refused["layers"], json::array());
  EXPECT_EQ(refused["not_simulated"][0]["operator"], "Conv (refused)");
  EXPECT_EQ(refused["complete"], false);
  EXPECT_EQ(folder.run("run --network m.onnx").status, 2);
}

TEST_F(OnnxRunTest, OptionsOfOnnxFiles) {
  ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
  folder.write("m.onnx", model.bytes());
  folder.write("layer.json", R"({"in_channels": 1, "in_height": 8, "in_width": 8, "out_channels": 1,
                                 "kernel_shape": [1, 1]})");
  ModelBuilder integer;
  integer.input("x", {1, 1, 2, 2}, TensorProto::INT8).output("y", TensorProto::INT32);
  integer.initializer(integer_tensor("w", TensorProto::INT8, {1, 1, 1, 1}, {1}));
  integer.add("conv", "ConvInteger", {"x", "w"}, {"y"});
  folder.write("integer.onnx", integer.bytes());
  const struct {
    const char* arguments;
    const char* message;
  } kCases[] = {
      {"optimize --network alexnet --types int8 --buffer 64KiB", "--types: expected an ONNX file with it"},
      {"run --layer layer.json --onnx-dim N=1", "--onnx-dim: expected an ONNX file with it"},
      {"networks --types int8", "--types: expected an ONNX file with it"},
      {"networks alexnet --onnx-dim N=1", "--onnx-dim: expected an ONNX file with it"},
      {"run --network m.onnx --types int4",
       "--types: expected one of int8, int16, found \"int4\"; did you mean int8?"},
      {"networks integer.onnx --types int16",
       "--types: expected an ONNX file with floating-point layers, found none in integer.onnx"},
      {"networks --passes", "--passes: expected an ONNX file with it"},
      {"networks alexnet --passes", "--passes: expected an ONNX file, and no --json, with it"},
      {"networks m.onnx --onnx-dim N", "--onnx-dim: expected NAME=SIZE, found \"N\""},
      {"networks m.onnx --onnx-dim =3", "--onnx-dim: expected NAME=SIZE, found \"=3\""},
      {"networks m.onnx --onnx-dim ''", "--onnx-dim: expected NAME=SIZE, found \"\""},
      {"networks m.onnx --onnx-dim N=0",
       "--onnx-dim: N: expected an integer between 1 and 2147483647, found \"0\""},
      {"networks m.onnx --onnx-dim N=1,N=1", "--onnx-dim: N: expected once"},
      {"networks m.onnx --onnx-dim N=1", "--onnx-dim: N: expected the name of an open dimension of m.onnx"},
      {"run --network none.onnx", "none.onnx: cannot be opened"},
      {"run --network m.onnx --weights w.npy", "--weights: expected --layer with it"},
  };
  for (const auto& c : kCases) {
    const ProgramResult result = folder.run(c.arguments);
    EXPECT_EQ(result.status, 2) << c.arguments;
    EXPECT_EQ(result.out, "") << c.arguments;
    EXPECT_EQ(result.err, "hwcvp: " + std::string(c.message) + "\n") << c.arguments;
  }
}

}  // namespace
}  // namespace hwcvp
