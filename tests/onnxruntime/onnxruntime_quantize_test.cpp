// Networks in floating point, run and quantized here, and run by ONNX Runtime.
#include <gtest/gtest.h>

#include <cmath>

#include "platform/calibration/quantize_network.h"
#include "platform/float_reference/float_network.h"
#include "platform/graph_reference/graph_reference.h"
#include "platform/networks/builtin_graph.h"
#include "platform/onnx/network/network_import.h"
#include "platform/onnx/shapes/model_reader.h"
#include "platform/onnx/shapes/rational_functions.h"
#include "platform/onnx_export/onnx_export.h"
#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "tests/platform/onnx/model_builder.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;

// A network in floating point with one of all that quantization tells apart: merged and separate activations,
// functions of several nodes, tensors that share a scale, a broadcast product, constant operands.
class FloatModel {
 public:
  explicit FloatModel(int64_t operator_set) : model_(operator_set) {
    model_.input("x", {1, 3, 32, 32});
    const std::string a = op("Relu", {conv("x", 3, 16, 3, 2)});
    std::string b = op("Clip", {conv(a, 16, 16, 3, 1, 16), number(0), number(6)});
    const std::string c = op("Relu", {op("Add", {a, conv(b, 16, 16, 1, 1)})});
    std::string d = conv(c, 16, 32, 3, 1);
    d = op("Mul", {d, op("Sigmoid", {d})});
    std::string h = conv(d, 32, 24, 3, 1);
    const std::string gate = op("Clip", {op("Add", {h, number(3)}), number(0), number(6)});
    h = op("Div", {op("Mul", {h, gate}), number(6)});
    const std::string largest = window("MaxPool", h), average = window("AveragePool", h);
    std::string joined = value();
    model_.add(joined + "_node", "Concat", {largest, average, op("Relu", {conv(d, 32, 16, 1, 1)})}, {joined})
        .set("axis", int64_t{1});
    joined = op("Mul", {joined, weights({1, 64, 1, 1}, 2)});
    joined = op("Add", {weights({1, 64, 16, 16}, 20), joined});
    const std::string e = conv(joined, 64, 32, 1, 1);
    std::string squeezed = op("Relu", {conv(op("GlobalAveragePool", {e}), 32, 8, 1, 1)});
    squeezed = op("Sigmoid", {conv(squeezed, 8, 32, 1, 1)});
    const std::string f = op("LeakyRelu", {op("Mul", {op("Sub", {e, op("Tanh", {e})}), squeezed})});
    const std::string flat = op("Flatten", {op("GlobalAveragePool", {f})});
    model_.add("gemm", "Gemm", {flat, weights({10, 32}, 32), weights({10}, 100)}, {"logits"})
        .set("transB", int64_t{1});
    model_.output("logits");
  }

  std::string bytes() const { return model_.bytes(); }

 private:
  std::string value() { return "v" + std::to_string(++count_); }

  std::string op(const std::string& type, const std::vector<std::string>& inputs) {
    const std::string output = value();
    model_.add(output + "_node", type, inputs, {output});
    return output;
  }

  // Pseudo-random numbers whose products with as many others keep their size.
  std::string weights(const Dims& dims, int64_t products) {
    int64_t elements = 1;
    for (const int64_t extent : dims) elements *= extent;
    const double size = std::sqrt(6.0 / static_cast<double>(products));
    std::vector<float> numbers;
    for (int64_t i = 0; i < elements; ++i) {
      const double unit = std::ldexp(static_cast<double>(random_[next_++] >> 40), -23) - 1;
      numbers.push_back(static_cast<float>(unit * size));
    }
    const std::string name = value();
    model_.initializer(float_tensor(name, dims, numbers));
    return name;
  }

  std::string number(float number) {
    const std::string name = value();
    model_.initializer(float_tensor(name, {}, {number}));
    return name;
  }

  std::string conv(const std::string& x, int64_t in, int64_t out, int64_t kernel, int64_t stride,
                   int64_t group = 1) {
    const int64_t pad = kernel / 2;
    const std::string w = weights({out, in / group, kernel, kernel}, in / group * kernel * kernel);
    const std::string bias = weights({out}, 200), output = value();
    model_.add(output + "_node", "Conv", {x, w, bias}, {output})
        .set("strides", Dims{stride, stride})
        .set("pads", Dims{pad, pad, pad, pad})
        .set("group", group);
    return output;
  }

  std::string window(const char* type, const std::string& x) {
    const std::string output = value();
    model_.add(output + "_node", type, {x}, {output})
        .set("kernel_shape", Dims{3, 3})
        .set("pads", Dims{1, 1, 1, 1});
    return output;
  }

  ModelBuilder model_;
  RandomSequence random_{5};
  uint64_t next_ = 0;
  int count_ = 0;
};

const Shape kImages = {1, 3, 32, 32};

double decibels(const HostTensor& signal, const float* other) {
  double power = 0, noise = 0;
  for (int64_t i = 0; i < signal.elements(); ++i) {
    const auto s = static_cast<double>(signal.data<float>()[i]);
    power += s * s;
    noise += (s - static_cast<double>(other[i])) * (s - static_cast<double>(other[i]));
  }
  return noise == 0 ? 1000 : 10 * std::log10(power / noise);
}

// What ONNX Runtime makes of the input.
HostTensor logits(const ProgramFolder& folder, const std::string& model, const HostTensor& input) {
  OnnxRuntimeCase test;
  test.model = model;
  test.inputs.emplace("x", input);
  test.save["logits"] = "logits.npy";
  const ProgramResult result = run_onnx_runtime(folder, {test});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  return read_npy(folder.path("logits.npy").string(), DataType::float32, {1, 10});
}

class OnnxRuntimeQuantize : public testing::TestWithParam<int64_t> {};

TEST_P(OnnxRuntimeQuantize, AgreesInFloatingPointAndKeepsTheSignal) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const ProgramFolder folder;
  folder.write("float.onnx", FloatModel(GetParam()).bytes());
  const HostTensor input = random_input(kImages, 11);
  const HostTensor real = logits(folder, "float.onnx", input);

  onnx_import::ModelFile file;
  onnx_import::read_model(folder.path("float.onnx").string(), {}, file);
  onnx_import::Array x(TensorProto::FLOAT, input.shape());
  std::memcpy(x.bytes.data(), input.bytes(), x.bytes.size());
  onnx_import::run_float(onnx_import::NodeList(file), {{"x", x}},
                         [&](const std::string& name, const onnx_import::Array& array) {
                           if (name != "logits") return;
                           EXPECT_GT(decibels(real, reinterpret_cast<const float*>(array.bytes.data())), 100);
                         });

  QuantizeOptions options;
  for (uint64_t i = 0; i < 4; ++i) {
    const std::string data = folder.path("data" + std::to_string(i) + ".npy").string();
    write_npy(data, random_input(kImages, 20 + i));
    options.data.push_back(data);
  }
  const QuantizeReport report =
      quantize_network(folder.path("float.onnx").string(), folder.path("quantized.onnx").string(), options);
  EXPECT_EQ(report.inputs, 4);
  EXPECT_FALSE(report.pseudo_random);
  EXPECT_TRUE(report.floating_point.empty());
  for (const QuantizedTensor& tensor : report.tensors) EXPECT_GT(tensor.signal_to_noise, 20) << tensor.name;
  const HostTensor integers = logits(folder, "quantized.onnx", input);
  EXPECT_GT(decibels(real, integers.data<float>()), 25);

  const NetworkImport network = import_network(folder.path("quantized.onnx").string(), {});
  ASSERT_NO_THROW(require_complete(network, "quantized.onnx"));
  // What the reference, which the machine is held to, makes of the file.
  OnnxRuntimeCase test;
  test.model = "quantized.onnx";
  test.inputs.emplace("x", input);
  graph::run_reference(network.graph, {input}, {}, [&](graph::ValueIndex index, const HostTensor& tensor) {
    const std::string& name = network.graph.values[index].name;
    if (tensor.type() == DataType::uint8 && name.find('#') == std::string::npos)
      test.expected.emplace(name, tensor);
  });
  EXPECT_GT(test.expected.size(), 20U);
  const ProgramResult compared = run_onnx_runtime(folder, {test});
  EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  std::cout << compared.out.substr(compared.out.rfind("ONNX Runtime:"));
}

// ONNX Runtime on x86 computes convolutions of int8 between DequantizeLinear and QuantizeLinear in floating
// point, so that bytes can differ.
TEST(OnnxRuntimeQuantizeTypes, Int8KeepsTheSignal) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const ProgramFolder folder;
  folder.write("float.onnx", FloatModel(17).bytes());
  const HostTensor input = random_input(kImages, 11);
  const HostTensor real = logits(folder, "float.onnx", input);
  QuantizeOptions options;
  options.activations = DataType::int8;
  const QuantizeReport report =
      quantize_network(folder.path("float.onnx").string(), folder.path("quantized.onnx").string(), options);
  for (const QuantizedTensor& tensor : report.tensors) {
    EXPECT_GE(tensor.zero_point, -128);
    EXPECT_LE(tensor.zero_point, 127);
    EXPECT_GT(tensor.signal_to_noise, 20) << tensor.name;
  }
  EXPECT_GT(decibels(real, logits(folder, "quantized.onnx", input).data<float>()), 25);
  const NetworkImport network = import_network(folder.path("quantized.onnx").string(), {});
  ASSERT_NO_THROW(require_complete(network, "quantized.onnx"));
  size_t signed_tensors = 0;
  HostTensor output;
  graph::run_reference(network.graph, {input}, {}, [&](graph::ValueIndex index, const HostTensor& tensor) {
    EXPECT_NE(tensor.type(), DataType::uint8) << network.graph.values[index].name;
    signed_tensors += tensor.type() == DataType::int8 ? 1 : 0;
    if (index == network.graph.outputs.at(0)) output = tensor;
  });
  EXPECT_GT(signed_tensors, 20U);
  EXPECT_GT(decibels(real, output.data<float>()), 25);
}

// Bit for bit: tables are made of these.
TEST(OnnxRuntimeFunctions, AreTheSameBits) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const std::map<std::string, float (*)(float)> functions = {{"Sigmoid", onnx_import::rational_sigmoid},
                                                             {"Tanh", onnx_import::rational_tanh}};
  constexpr int64_t kNumbers = 100000;
  HostTensor numbers(DataType::float32, {kNumbers});
  const RandomSequence random(17);
  for (int64_t i = 0; i < kNumbers; ++i) {
    const double unit = std::ldexp(static_cast<double>(random[static_cast<uint64_t>(i)] >> 40), -23) - 1;
    numbers.data<float>()[i] = static_cast<float>(unit * (i % 2 == 0 ? 4 : 25));
  }
  for (const auto& [type, function] : functions) {
    ModelBuilder model;
    model.input("x", {kNumbers}).add("node", type, {"x"}, {"y"});
    model.output("y");
    const ProgramFolder folder;
    folder.write("function.onnx", model.bytes());
    OnnxRuntimeCase test;
    test.model = "function.onnx";
    test.inputs.emplace("x", numbers);
    HostTensor expected(DataType::float32, {kNumbers});
    for (int64_t i = 0; i < kNumbers; ++i) expected.data<float>()[i] = function(numbers.data<float>()[i]);
    test.expected.emplace("y", expected);
    const ProgramResult result = run_onnx_runtime(folder, {test});
    EXPECT_EQ(result.status, 0) << type << result.out << result.err;
  }
}

// A built-in network in floating point, quantized again by what calibration sees.
TEST(OnnxRuntimeQuantizeNetworks, KeepTheSignalOfBuiltinNetworks) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  for (const char* name : {"squeezenet1.1", "mobilenetv1"}) {
    const ProgramFolder folder;
    const graph::Graph graph = builtin_graph(name);
    write_onnx(graph, folder.path("float.onnx").string(), OnnxForm::floating_point);
    QuantizeOptions options;
    options.seed = 3;
    const QuantizeReport report =
        quantize_network(folder.path("float.onnx").string(), folder.path("quantized.onnx").string(), options);
    EXPECT_TRUE(report.pseudo_random);
    EXPECT_EQ(report.floating_point, std::vector<std::string>{"Softmax softmax"});
    EXPECT_GT(report.tensors.back().signal_to_noise, 12) << name;
    const NetworkImport network = import_network(folder.path("quantized.onnx").string(), {});
    EXPECT_NO_THROW(require_complete(network, "quantized.onnx"));
  }
}

INSTANTIATE_TEST_SUITE_P(OperatorSets, OnnxRuntimeQuantize, testing::Values(11, 13, 17));

}  // namespace
}  // namespace hwcvp
