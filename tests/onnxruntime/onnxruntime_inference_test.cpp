// Whole networks, each integer tensor that the simulated machine makes against ONNX Runtime, byte for byte;
// and those of another input by the reference.
#include <gtest/gtest.h>

#include "platform/graph_reference/graph_reference.h"
#include "platform/networks/builtin_graph.h"
#include "platform/onnx_export/onnx_export.h"
#include "platform/tensor/npy.h"
#include "schedules/networks/network.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

class OnnxRuntimeInference : public testing::TestWithParam<std::string> {};

TEST_P(OnnxRuntimeInference, MakesTheTensorsOfOnnxRuntime) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const ProgramFolder folder;
  for (const DataType type : {DataType::uint8, DataType::int8}) {
    BuiltinGraphOptions options;
    options.activations = type;
    const graph::Graph graph = builtin_graph(GetParam(), options);
    write_onnx(graph, folder.path("model.onnx").string());
    const HostTensor input =
        random_input(graph.values[graph.inputs[0]].shape, type == DataType::uint8 ? 1 : 2);
    write_npy(folder.path("input.npy").string(), input);
    const ProgramResult machine =
        folder.run("infer --network model.onnx --input input.npy --buffer 64KiB --output-dir tensors");
    ASSERT_EQ(machine.status, 0) << machine.err;
    OnnxRuntimeCase test;
    test.model = "model.onnx";
    const std::string& name = graph.values[graph.inputs[0]].name;
    test.inputs.emplace(name, input);
    size_t operators = 0;
    for (const graph::Operator& op : graph.operators) {
      // Shapes that change count, too: where the input of a Reshape is an output of the model and its output
      // is not, ONNX Runtime computes an int8 Gemm behind it in floating point.
      if (graph::engine_of(op) == graph::Engine::host) continue;
      ++operators;
      const graph::Value& value = graph.values[op.output];
      test.expected.emplace(value.name, read_npy(folder.path("tensors/" + tensor_file(value.name)).string(),
                                                 value.type, value.shape));
    }
    EXPECT_EQ(test.expected.size(), operators);
    // A second input, by the reference, which every run holds the machine to.
    OnnxRuntimeCase second;
    second.model = test.model;
    const HostTensor other = random_input(input.shape(), type == DataType::uint8 ? 3 : 4);
    second.inputs.emplace(name, other);
    graph::run_reference(graph, {other}, {}, [&](graph::ValueIndex value, const HostTensor& tensor) {
      if (test.expected.count(graph.values[value].name) != 0) {
        EXPECT_NE(tensor.crc32(), test.expected.at(graph.values[value].name).crc32());
        second.expected.emplace(graph.values[value].name, tensor);
      }
    });
    EXPECT_EQ(second.expected.size(), operators);
    const ProgramResult result = run_onnx_runtime(folder, {test, second});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    std::cout << to_string(type) << ": " << result.out.substr(result.out.rfind("ONNX Runtime:"));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, OnnxRuntimeInference, testing::ValuesIn(network_names()),
                         [](const auto& test) {
                           std::string name = test.param;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

}  // namespace
}  // namespace hwcvp
