#include "platform/onnx_export/onnx_export.h"

#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <set>

#include "platform/networks/builtin_graph.h"
#include "platform/onnx/network/network_import.h"
#include "platform/onnx_export/weight_scale.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using graph::Graph;

std::string written(const Graph& graph) {
  const ProgramFolder folder;
  write_onnx(graph, folder.path("model.onnx").string());
  return folder.read("model.onnx");
}

onnx::ModelProto checked(const Graph& graph) {
  onnx::ModelProto model;
  EXPECT_TRUE(model.ParseFromString(written(graph)));
  EXPECT_NO_THROW(onnx::checker::check_model(model));
  return model;
}

std::vector<std::string> types_of(const onnx::ModelProto& model) {
  std::vector<std::string> types;
  for (const onnx::NodeProto& node : model.graph().node()) types.push_back(node.op_type());
  return types;
}

// A graph of one operator on one image.
Graph one_operator(const std::string& type, graph::Action action, const Shape& in, const Shape& out,
                   size_t inputs = 1) {
  Graph graph;
  graph.name = "one";
  graph::Operator op{"node", type, {}, inputs, std::move(action)};
  for (size_t i = 0; i < inputs; ++i) {
    graph.values.push_back({"x" + std::to_string(i), in, DataType::uint8, 0.5F, 3});
    graph.inputs.push_back(i);
    op.inputs.push_back(i);
  }
  graph.values.push_back({"y", out, DataType::uint8, 0.5F, 3});
  graph.outputs.push_back(inputs);
  graph.operators.push_back(std::move(op));
  return graph;
}

// But for the names that the import gives what changes places.
void expect_same_value(const graph::Value& found, const graph::Value& expected) {
  EXPECT_EQ(found.shape, expected.shape) << expected.name;
  EXPECT_EQ(found.type, expected.type) << expected.name;
  EXPECT_EQ(found.scale, expected.scale) << expected.name;
  EXPECT_EQ(found.zero_point, expected.zero_point) << expected.name;
}

void expect_same_limits(IntegerLimits found, IntegerLimits expected, const std::string& name) {
  EXPECT_EQ(found.least, expected.least) << name;
  EXPECT_EQ(found.most, expected.most) << name;
}

// The same operator on the same values.
void expect_same(const Graph& found_graph, const graph::Operator& found, const Graph& expected_graph,
                 const graph::Operator& expected) {
  EXPECT_EQ(found.action.index(), expected.action.index()) << expected.name;
  expect_same_value(found_graph.values[found.output], expected_graph.values[expected.output]);
  ASSERT_EQ(found.inputs.size(), expected.inputs.size()) << expected.name;
  for (size_t i = 0; i < found.inputs.size(); ++i) {
    expect_same_value(found_graph.values[found.inputs[i]], expected_graph.values[expected.inputs[i]]);
  }
  const auto* const a = std::get_if<graph::Convolution>(&found.action);
  const auto* const b = std::get_if<graph::Convolution>(&expected.action);
  if (a == nullptr || b == nullptr) return;
  EXPECT_EQ(a->weights, b->weights) << expected.name;
  EXPECT_EQ(a->bias, b->bias) << expected.name;
  expect_same_limits(a->layer.output_limits(), b->layer.output_limits(), expected.name);
  Layer layer = a->layer;  // limits of the type are there or not
  layer.output_min = b->layer.output_min;
  layer.output_max = b->layer.output_max;
  layer.name = b->layer.name;
  EXPECT_EQ(layer, b->layer) << expected.name;
}

TEST(OnnxExport, WritesWholeNetworks) {
  for (const char* name : {"squeezenet1.1", "mobilenetv2", "resnet18"}) {
    const Graph graph = builtin_graph(name);
    const onnx::ModelProto model = checked(graph);
    std::set<std::string> values;
    for (const onnx::NodeProto& node : model.graph().node()) values.insert(node.output(0));
    for (const graph::Operator& op : graph.operators) {
      EXPECT_TRUE(values.count(graph.values[op.output].name)) << op.name;
    }
  }
}

// What is read back is what was written.
TEST(OnnxExport, WritesWhatTheImportReads) {
  for (const DataType type : {DataType::uint8, DataType::int8}) {
    for (const char* name : {"squeezenet1.1", "mobilenetv2", "mobilenetv1", "resnet18"}) {
      BuiltinGraphOptions options;
      options.batch = 2;
      options.activations = type;
      const Graph graph = builtin_graph(name, options);
      const ProgramFolder folder;
      write_onnx(graph, folder.path("model.onnx").string());
      const NetworkImport read = import_network(folder.path("model.onnx").string(), {});
      ASSERT_NO_THROW(require_complete(read, name));
      ASSERT_EQ(read.graph.operators.size(), graph.operators.size());
      for (size_t i = 0; i < graph.operators.size(); ++i) {
        expect_same(read.graph, read.graph.operators[i], graph, graph.operators[i]);
      }
    }
  }
}

TEST(OnnxExport, WritesTheSameBytesForTheSameGraph) {
  const Graph graph = builtin_graph("squeezenet1.1");
  EXPECT_EQ(written(graph), written(graph));
}

TEST(OnnxExport, WritesOperatorsThatChangePlaces) {
  const Shape in = {1, 4, 6, 8};
  using Types = std::vector<std::string>;
  const auto types = [](const Graph& graph) { return types_of(checked(graph)); };
  EXPECT_EQ(types(one_operator("Slice", graph::Slice{{0, 1, 0, 1}, {1, 1, 2, 3}}, in, {1, 3, 3, 2})),
            (Types{"DequantizeLinear", "Slice", "QuantizeLinear"}));
  EXPECT_EQ(types(one_operator("Transpose", graph::Transpose{{0, 2, 3, 1}}, in, {1, 6, 8, 4})),
            (Types{"DequantizeLinear", "Transpose", "QuantizeLinear"}));
  EXPECT_EQ(types(one_operator("Pad", graph::Pad{{0, 0, 1, 2}, 7}, in, {1, 4, 8, 12})),
            (Types{"DequantizeLinear", "Pad", "QuantizeLinear"}));
  EXPECT_EQ(types(one_operator("Resize", graph::Resize{2, 3}, in, {1, 4, 12, 24})),
            (Types{"DequantizeLinear", "Resize", "QuantizeLinear"}));
  EXPECT_EQ(types(one_operator("Concat", graph::Concat{2}, in, {1, 4, 12, 8}, 2)),
            (Types{"DequantizeLinear", "DequantizeLinear", "Concat", "QuantizeLinear"}));
  graph::Binary subtraction;
  subtraction.kind = graph::Binary::Kind::subtract;
  EXPECT_EQ(types(one_operator("Sub", subtraction, in, in, 2)),
            (Types{"DequantizeLinear", "DequantizeLinear", "Sub", "QuantizeLinear"}));
  EXPECT_EQ(types(one_operator("Sigmoid", graph::Table{}, in, in)), (Types{"Cast", "Gather"}));
}

// A 1x1 convolution of 4 channels to 2, of a type.
graph::Convolution convolution(DataType type) {
  graph::Convolution made;
  made.layer.in_channels = 4;
  made.layer.in_height = 6;
  made.layer.in_width = 8;
  made.layer.out_channels = 2;
  made.layer.input_type = made.layer.output_type = type;
  made.layer.scales = {0.25F, 0.125F};
  made.weights = HostTensor(DataType::int8, {2, 4, 1, 1});
  made.bias = {1, 2};
  return made;
}

Graph convolution_graph(const graph::Convolution& made) {
  Graph graph = one_operator("Conv", made, {1, 4, 6, 8}, {1, 2, 6, 8});
  for (graph::Value& value : graph.values) value.type = made.layer.input_type;
  return graph;
}

TEST(OnnxExport, WritesConvolutionsOfInt8AsIntegerOperators) {
  EXPECT_EQ(types_of(checked(convolution_graph(convolution(DataType::int8)))),
            std::vector<std::string>{"QLinearConv"});
}

// Limits of the type need no rounding of their own; tighter ones come behind it.
TEST(OnnxExport, WritesLimitsAsActivations) {
  graph::Convolution made = convolution(DataType::uint8);
  const auto after_conv = [&] {
    const std::vector<std::string> types = types_of(checked(convolution_graph(made)));
    const auto conv = std::find(types.begin(), types.end(), "Conv");
    return std::vector<std::string>(conv, types.end());
  };
  using Types = std::vector<std::string>;
  EXPECT_EQ(after_conv(), (Types{"Conv", "QuantizeLinear"}));
  made.layer.output_min = 3;  // the zero point
  EXPECT_EQ(after_conv(), (Types{"Conv", "QuantizeLinear", "DequantizeLinear", "Relu", "QuantizeLinear"}));
  made.layer.output_max = 200;
  EXPECT_EQ(after_conv(), (Types{"Conv", "QuantizeLinear", "DequantizeLinear", "Clip", "QuantizeLinear"}));
}

TEST(OnnxExport, RefusesWhatHasNoForm) {
  graph::Convolution made = convolution(DataType::uint8);
  made.layer.scales.clear();
  EXPECT_THROW(written(convolution_graph(made)), InputError);
  graph::Pooling pooling;
  pooling.kind = graph::Pooling::Kind::average;
  pooling.layer.dilations = {2, 1};
  EXPECT_THROW(written(one_operator("AveragePool", pooling, {1, 1, 1, 1}, {1, 1, 1, 1})), InputError);
  Graph twice = one_operator("Concat", graph::Concat{2}, {1, 1, 1, 1}, {1, 1, 2, 1}, 2);
  twice.values[1].name = "x0";
  EXPECT_THROW(written(twice), InputError);
}

// Every factor that comes from some weight scale leads back to one that gives it.
TEST(WeightScale, GivesTheFactor) {
  const RandomSequence random(7);
  const auto number = [&](uint64_t i) {
    return std::ldexp(1.0F + static_cast<float>(random[i] % (1U << 23)) / (1U << 23),
                      static_cast<int>(random[i] >> 60) - 12);
  };
  for (uint64_t i = 0; i < 300000; i += 3) {
    const float x = number(i);
    const float w = number(i + 1);
    const float y = number(i + 2);
    const float factor = x * w / y;
    const std::optional<float> found = onnx_export::weight_scale(factor, x, y);
    ASSERT_TRUE(found) << i;
    ASSERT_EQ(x * *found / y, factor) << i;
  }
}

}  // namespace
}  // namespace hwcvp
