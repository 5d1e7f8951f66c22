// Operators of files that graphs have in another form: what the importer makes of them, by the reference,
// which the machine is held to, against ONNX Runtime, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "platform/graph_reference/graph_reference.h"
#include "platform/onnx/network/network_import.h"
#include "platform/tensor/npy.h"
#include "tests/platform/onnx/quantized_model.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;

class OnnxRuntimeFiles : public testing::TestWithParam<TensorProto::DataType> {
 protected:
  graph::Graph whole(const std::string& file) const {
    const NetworkImport network = import_network(folder.path(file).string(), {});
    EXPECT_NO_THROW(require_complete(network, file));
    return network.graph;
  }

  // Runs the model, whose input is "x_real", and adds to the cases all integers that have names in it.
  void add_case(const ModelBuilder& model, uint64_t seed) {
    const std::string file = "model" + std::to_string(cases.size()) + ".onnx";
    folder.write(file, model.bytes());
    const graph::Graph graph = whole(file);
    OnnxRuntimeCase test;
    test.model = file;
    const graph::Value& input = graph.values[graph.inputs.at(0)];
    test.inputs.emplace(input.name, random_input(input.shape, seed));
    const std::string bytes = model.bytes();
    graph::run_reference(
        graph, {test.inputs.at(input.name)}, {}, [&](graph::ValueIndex index, const HostTensor& tensor) {
          const graph::Value& value = graph.values[index];
          if (tensor.type() == DataType::float32 || value.name.find('#') != std::string::npos) return;
          if (bytes.find(value.name) == std::string::npos) return;
          test.expected.emplace(value.name, tensor);
        });
    EXPECT_GE(test.expected.size(), 2U);
    const ProgramResult machine =
        folder.run("infer --buffer 2KiB --network " + file);  // held to the reference
    EXPECT_EQ(machine.status, 0) << machine.out << machine.err;
    cases.push_back(std::move(test));
  }
  void expect_equal() {
    const ProgramResult result = run_onnx_runtime(folder, cases);
    EXPECT_EQ(result.status, 0) << result.out.substr(0, 4000) << result.err;
    std::cout << result.out.substr(result.out.rfind("ONNX Runtime:"));
  }
  int zero(int of_unsigned) const {
    return GetParam() == TensorProto::INT8 ? of_unsigned - 128 : of_unsigned;
  }

  const ProgramFolder folder;
  std::vector<OnnxRuntimeCase> cases;
};

TEST_P(OnnxRuntimeFiles, BlocksOfDepthAndSpace) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  uint64_t seed = 1;
  for (const int64_t block : {2, 3}) {
    for (const char* mode : {"DCR", "CRD", ""}) {
      QuantizedModel model(17, GetParam());
      const std::string x =
          model.quantized_input("x", {2, 2 * block * block, 2 * block, 3 * block}, 0.02F, zero(100));
      if (*mode == '\0') {
        model.add("blocks", "SpaceToDepth", {x}, {"moved"}).set("blocksize", block);
      } else {
        model.add("blocks", "DepthToSpace", {x}, {"moved"}).set("blocksize", block).set_text("mode", mode);
      }
      model.quantize("moved", "y", 0.02F, zero(100));
      model.output("y");
      add_case(model, seed++);
    }
  }
  expect_equal();
}

TEST_P(OnnxRuntimeFiles, ConstantOperands) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  uint64_t seed = 1;
  for (const char* type : {"Add", "Sub", "Mul"}) {
    for (const Dims& shape : {Dims{2, 6, 5, 7}, Dims{6, 1, 1}}) {
      for (const bool first : {false, true}) {
        QuantizedModel model(17, GetParam());
        const std::string x = model.quantized_input("x", {2, 6, 5, 7}, 0.02F, zero(100));
        std::vector<int32_t> values(static_cast<size_t>(shape.size() == 3 ? 6 : 2 * 6 * 5 * 7));
        for (size_t i = 0; i < values.size(); ++i) values[i] = zero(static_cast<int>((i * 71 + seed) % 256));
        model.initializer(integer_tensor("c_q", GetParam(), shape, values));
        model.initializer(float_tensor("c_s", {}, {0.013F}));
        model.initializer(integer_tensor("c_z", GetParam(), {}, {zero(37)}));
        model.add("c_dequantize", "DequantizeLinear", {"c_q", "c_s", "c_z"}, {"c"});
        model.add("binary", type, first ? std::vector<std::string>{"c", x} : std::vector<std::string>{x, "c"},
                  {"r"});
        model.quantize("r", "y", 0.03F, zero(120));
        model.output("y");
        add_case(model, seed++);
      }
    }
  }
  expect_equal();
}

// Without QuantizeLinear behind them: the accumulators, as numbers. ONNX Runtime computes these in floating
// point.
TEST_P(OnnxRuntimeFiles, LastProducts) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  for (const char* type : {"Conv", "Gemm", "MatMul", "Add", "Softmax"}) {
    SCOPED_TRACE(type);
    const std::string name = type;
    const bool convolution = name == "Conv";
    QuantizedModel model(17, GetParam());
    const Dims shape = convolution ? Dims{2, 6, 5, 7} : Dims{3, 6};
    const std::string x = model.quantized_input("x", shape, 0.02F, zero(100));
    if (convolution) {
      const std::string w = model.weights("w", {4, 6, 3, 3});
      model.initializer(float_tensor("b", {4}, {0.5F, -1.25F, 3, 0.125F}));
      model.add("last", "Conv", {x, w, "b"}, {"y"}).set("pads", {1, 1, 1, 1});
    } else if (name == "Gemm") {
      const std::string w = model.weights("w", {6, 4}, true, 1);
      model.initializer(float_tensor("b", {4}, {0.5F, -1.25F, 3, 0.125F}));
      model.add("last", "Gemm", {x, w, "b"}, {"y"});
    } else {
      const std::string w = model.weights("w", {6, 4}, true, 1);
      model.add("product", "MatMul", {x, w}, {name == "MatMul" ? "y" : "p"});
      if (name == "Add") {
        model.initializer(float_tensor("b", {4}, {0.5F, -1.25F, 3, 0.125F}));
        model.add("last", "Add", {"p", "b"}, {"y"});
      } else if (name == "Softmax") {
        model.add("last", "Softmax", {"p"}, {"y"}).set("axis", 1);
      }
    }
    model.output("y");
    folder.write("last.onnx", model.bytes());
    const graph::Graph graph = whole("last.onnx");
    OnnxRuntimeCase test;
    test.model = "last.onnx";
    const HostTensor input = random_input(shape, 5);
    test.inputs.emplace("x_f", input);
    test.save["y"] = "y.npy";
    HostTensor found;
    graph::run_reference(graph, {input}, {}, [&](graph::ValueIndex index, const HostTensor& tensor) {
      if (graph.values[index].name == "x_q") test.expected.emplace("x_q", tensor);
      if (index == graph.outputs.at(0)) found = tensor;
    });
    const ProgramResult result = run_onnx_runtime(folder, {test});
    ASSERT_EQ(result.status, 0) << result.out << result.err;
    const HostTensor wanted = read_npy(folder.path("y.npy").string(), DataType::float32, found.shape());
    float largest = 0;
    for (int64_t i = 0; i < wanted.elements(); ++i)
      largest = std::max(largest, std::abs(wanted.data<float>()[i]));
    for (int64_t i = 0; i < wanted.elements(); ++i)
      ASSERT_NEAR(found.data<float>()[i], wanted.data<float>()[i], 2e-5F * largest) << i;
    const ProgramResult machine = folder.run("infer --buffer 2KiB --network last.onnx");
    EXPECT_EQ(machine.status, 0) << machine.out << machine.err;
  }
}

INSTANTIATE_TEST_SUITE_P(Types, OnnxRuntimeFiles, testing::Values(TensorProto::UINT8, TensorProto::INT8));

}  // namespace
}  // namespace hwcvp
