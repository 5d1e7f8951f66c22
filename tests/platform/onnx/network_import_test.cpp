// Whole networks: what becomes of quantized models, operator by operator.
#include <gmock/gmock.h>

#include <sstream>

#include "platform/graph/check.h"
#include "platform/onnx/network/network_import.h"
#include "schedules/workload/error.h"
#include "tests/platform/onnx/onnx_test.h"
#include "tests/platform/onnx/quantized_model.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NetworkImportTest : public OnnxTest {
 protected:
  NetworkImport import(const ModelBuilder& model) {
    folder.write("m.onnx", model.bytes());
    return import_network(folder.path("m.onnx").string(), {});
  }

  // The graph of a network of which nothing is missing.
  graph::Graph whole(const ModelBuilder& model) {
    NetworkImport network = import(model);
    EXPECT_TRUE(network.complete) << text(network);
    return network.graph;
  }

  static std::string text(const NetworkImport& network) {
    std::string result;
    for (const NetworkOperator& op : network.operators) {
      if (!op.missing.empty()) result += op.type + " " + op.name + ": " + op.missing + "\n";
    }
    return result;
  }

  static std::vector<std::string> operators(const graph::Graph& graph) {
    std::vector<std::string> result;
    for (const graph::Operator& op : graph.operators) {
      result.push_back(op.type + " " + op.name + " " + to_string(graph::engine_of(op)));
    }
    return result;
  }
};

TEST_F(NetworkImportTest, AResidualNetwork) {
  for (const auto type : {TensorProto::UINT8, TensorProto::INT8}) {
    for (const int64_t set : {13, 17, 19, 21, 23}) {
      const graph::Graph graph = whole(small_resnet(set, type));
      EXPECT_THAT(operators(graph),
                  ElementsAre("QuantizeLinear x_quantize host", "QLinearConv conv1 compute",
                              "MaxPool pool vector", "QLinearConv conv2 compute", "QLinearAdd add vector",
                              "QLinearGlobalAveragePool mean vector", "Flatten flat none", "QGemm fc compute",
                              "DequantizeLinear logits_dequantize host"));
      const int32_t zero = type == TensorProto::UINT8 ? 0 : -128;
      const auto& conv = std::get<graph::Convolution>(graph.operators[1].action);
      EXPECT_EQ(conv.layer.input_zero_point, zero + 114);
      EXPECT_EQ(conv.layer.output_zero_point, zero);
      EXPECT_EQ(conv.layer.output_min, zero);
      EXPECT_EQ(conv.layer.output_max, std::nullopt);
      ASSERT_EQ(conv.layer.scales.size(), 8U);
      for (size_t c = 0; c < 8; ++c) {
        const float accumulator = 0.02F * (0.01F + 0.001F * static_cast<float>(c));
        EXPECT_EQ(conv.layer.scales[c], accumulator / 0.05F);
      }
      EXPECT_THAT(conv.bias, ElementsAre(-500, 500, 1500, 2500, 3500, 4500, 5500, 6500));
      const auto& add = std::get<graph::Binary>(graph.operators[4].action);
      EXPECT_EQ(add.output_min, zero);
      const graph::Value& logits = graph.values[graph.outputs.at(0)];
      EXPECT_EQ(logits.shape, (Shape{1, 10}));
      EXPECT_EQ(logits.type, DataType::float32);
    }
  }
}

}  // namespace
}  // namespace hwcvp
