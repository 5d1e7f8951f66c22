// The built-in networks in ONNX Runtime: it computes them on integers, and their tensors keep their spread.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <fstream>
#include <set>

#include "platform/networks/builtin_graph.h"
#include "platform/onnx_export/onnx_export.h"
#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/networks/network.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

// Real numbers that are spread over the range of what quantizes them.
HostTensor random_input(const graph::Graph& graph) {
  const graph::Value& quantized = graph.values[graph.operators.front().output];
  HostTensor integers(DataType::uint8, quantized.shape);
  fill_random(integers, 1);
  HostTensor input(DataType::float32, quantized.shape);
  const int32_t zero = quantized.zero_point - (quantized.type == DataType::int8 ? -128 : 0);
  for (int64_t i = 0; i < input.elements(); ++i) {
    input.data<float>()[i] = static_cast<float>(integers.data<uint8_t>()[i] - zero) * quantized.scale;
  }
  return input;
}

bool is_integer(const graph::Value& value) { return bytes(value.type) == 1; }

// How often each number of a tensor of bytes comes.
std::array<int64_t, 256> histogram(const HostTensor& tensor) {
  std::array<int64_t, 256> counts{};
  for (int64_t i = 0; i < tensor.elements(); ++i) ++counts[tensor.bytes()[i]];
  return counts;
}

// At least as many numbers as `distinct` come, and of the largest at most a share.
void expect_spread(const HostTensor& tensor, const std::string& what, int64_t distinct, double largest) {
  const std::array<int64_t, 256> counts = histogram(tensor);
  const auto found = std::count_if(counts.begin(), counts.end(), [](int64_t count) { return count > 0; });
  EXPECT_GE(found, std::min(distinct, tensor.elements() / 4)) << what;
  const size_t most = tensor.type() == DataType::int8 ? 127 : 255;
  EXPECT_LE(static_cast<double>(counts[most]), largest * static_cast<double>(tensor.elements())) << what;
}

std::multiset<std::string> operators_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  onnx::ModelProto model;
  EXPECT_TRUE(model.ParseFromIstream(&file)) << path;
  std::multiset<std::string> types;
  for (const onnx::NodeProto& node : model.graph().node()) types.insert(node.op_type());
  return types;
}

class OnnxRuntimeNetworks : public testing::TestWithParam<std::string> {};

TEST_P(OnnxRuntimeNetworks, RunOnIntegersAndKeepTheirSpread) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  for (const DataType type : {DataType::uint8, DataType::int8}) {
    BuiltinGraphOptions options;
    options.activations = type;
    const graph::Graph graph = builtin_graph(GetParam(), options);
    const ProgramFolder folder;
    write_onnx(graph, folder.path("model.onnx").string());
    OnnxRuntimeCase test;
    test.model = "model.onnx";
    test.optimized = "optimized.onnx";
    test.inputs.emplace("input", random_input(graph));
    for (size_t i = 0; i < graph.values.size(); ++i) {
      if (is_integer(graph.values[i])) test.save[graph.values[i].name] = std::to_string(i) + ".npy";
    }
    const ProgramResult result = run_onnx_runtime(folder, {test});
    ASSERT_EQ(result.status, 0) << result.out << result.err;

    const std::multiset<std::string> types = operators_of(folder.path("optimized.onnx").string());
    for (const char* floating : {"Conv", "FusedConv", "Gemm", "MatMul", "Add", "GlobalAveragePool", "Relu"}) {
      EXPECT_EQ(types.count(floating), 0U) << floating;
    }
    EXPECT_EQ(types.count("DequantizeLinear"), 1U);
    for (size_t i = 0; i < graph.values.size(); ++i) {
      const graph::Value& value = graph.values[i];
      if (!is_integer(value)) continue;
      expect_spread(read_npy(folder.path(std::to_string(i) + ".npy").string(), value.type, value.shape),
                    value.name, 100, 0.35);
    }
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& network) {
  std::string name = network.param;
  name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, OnnxRuntimeNetworks, testing::ValuesIn(network_names()), test_name);

}  // namespace
}  // namespace hwcvp
