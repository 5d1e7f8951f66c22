// Whole networks: what becomes of quantized models, operator by operator.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
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
        // Biases have steps of their own in the file.
        EXPECT_EQ(conv.bias[c], std::lround((1000.0 * static_cast<double>(c) - 500) * 0.0002F / accumulator));
      }
      const auto& add = std::get<graph::Binary>(graph.operators[4].action);
      EXPECT_EQ(add.output_min, zero);
      const graph::Value& logits = graph.values[graph.outputs.at(0)];
      EXPECT_EQ(logits.shape, (Shape{1, 10}));
      EXPECT_EQ(logits.type, DataType::float32);
    }
  }
}

// A quantized tensor x, what `add` puts behind it, and QuantizeLinear behind that as y_q.
template <typename Add>
QuantizedModel between(const Dims& dims, Add&& add, float out_scale = 0.05F, int out_zero = 10,
                       int64_t operator_set = 13) {
  QuantizedModel model(operator_set);
  model.quantized_input("x", dims, 0.05F, 10);
  const std::string value = add(model);
  model.quantize(value, "y", out_scale, out_zero);
  model.output("y_q", TensorProto::UINT8);
  return model;
}

TEST_F(NetworkImportTest, FunctionsOfOneElementBecomeTables) {
  const auto entries = [&](const QuantizedModel& model, const char* name) {
    const graph::Graph graph = whole(model);
    EXPECT_EQ(graph.operators.size(), 2U);
    EXPECT_EQ(graph.operators.at(1).name, name);
    return std::get<graph::Table>(graph.operators.at(1).action).entries;
  };
  const auto sigmoid = entries(between(
                                   {1, 2, 3, 4},
                                   [](QuantizedModel& m) {
                                     m.add("s", "Sigmoid", {"x"}, {"v"});
                                     return "v";
                                   },
                                   1.0F / 256, 0),
                               "s");
  const auto swish = entries(between({1, 2, 3, 4},
                                     [](QuantizedModel& m) {
                                       m.add("s", "Sigmoid", {"x"}, {"v"});
                                       m.add("m", "Mul", {"v", "x"}, {"w"});
                                       return "w";
                                     }),
                             "m");
  const auto scaled = entries(between({1, 2, 3, 4},
                                      [](QuantizedModel& m) {
                                        m.initializer(float_tensor("two", {}, {2.0F}));
                                        m.add("m", "Mul", {"two", "x"}, {"w"});
                                        m.add("c", "Clip", {"w"}, {"v"}).set_number("max", 6);
                                        return "v";
                                      }),
                              "c");
  const auto requantized = entries(between(
                                       {1, 2, 3, 4}, [](QuantizedModel&) { return "x"; }, 0.1F, 3),
                                   "y_quantize");
  for (int q = 0; q < 256; ++q) {
    const double x = 0.05F * (q - 10);
    const auto code = [](double number, double scale, int zero) {
      return static_cast<int>(std::clamp(std::nearbyint(number / scale) + zero, 0.0, 255.0));
    };
    const auto i = static_cast<size_t>(q);
    EXPECT_EQ(sigmoid[i], code(1 / (1 + std::exp(-x)), 1.0 / 256, 0)) << q;
    EXPECT_EQ(swish[i], code(x / (1 + std::exp(-x)), 0.05F, 10)) << q;
    EXPECT_EQ(requantized[i], std::max(std::nearbyint(0.05F * static_cast<float>(q - 10) / 0.1F) + 3, 0.0F))
        << q;
    EXPECT_EQ(scaled[i], std::min(std::max(2 * (q - 10) + 10, 0), 130)) << q;
  }
}

TEST_F(NetworkImportTest, OperatorsThatMoveTakeTheIntegers) {
  const graph::Graph graph = whole(between({1, 4, 6, 6}, [](QuantizedModel& m) {
    m.initializer(integer_tensor("shape", TensorProto::INT64, {3}, {1, 2, -1}));
    m.add("t", "Transpose", {"x"}, {"a"}).set("perm", {0, 2, 3, 1});
    m.add("r", "Reshape", {"a", "shape"}, {"b"});
    m.add("s", "Slice", {"b", "start", "end", "axis"}, {"c"});
    m.initializer(integer_tensor("start", TensorProto::INT64, {1}, {-10}));
    m.initializer(integer_tensor("end", TensorProto::INT64, {1}, {1000}));
    m.initializer(integer_tensor("axis", TensorProto::INT64, {1}, {2}));
    return "c";
  }));
  EXPECT_THAT(operators(graph), ElementsAre("QuantizeLinear x_quantize host", "Transpose t vector",
                                            "Reshape r none", "Slice s vector"));
  // The integers have the name that they have in the file.
  EXPECT_EQ(graph.values[graph.outputs.at(0)].name, "y_q");
  EXPECT_THAT(std::get<graph::Slice>(graph.operators[3].action).starts, ElementsAre(0, 0, 62));
  EXPECT_EQ(graph.values[graph.operators[3].output].shape, (Shape{1, 2, 10}));
}

TEST_F(NetworkImportTest, ConcatAndSplitWithTheirScales) {
  const graph::Graph graph = whole(between({1, 4, 6, 6}, [](QuantizedModel& m) {
    m.add("split", "Split", {"x"}, {"a", "b"}).set("axis", 1);
    m.add("s", "Sigmoid", {"b"}, {"c"});
    m.quantize("c", "d", 0.004F, 0);
    m.add("cat", "Concat", {"a", "d"}, {"e"}).set("axis", 1);
    return "e";
  }));
  EXPECT_THAT(
      operators(graph),
      ElementsAre("QuantizeLinear x_quantize host", "Split split/0 vector", "Split split/1 vector",
                  "Table s vector", "QLinearConcat cat/requantize_1 vector", "QLinearConcat cat vector"));
  EXPECT_THAT(std::get<graph::Slice>(graph.operators[2].action).starts, ElementsAre(0, 2, 0, 0));
}

TEST_F(NetworkImportTest, PadsBecomePaddingOfConvolutions) {
  for (const bool zero : {true, false}) {
    const graph::Graph graph = whole(between({1, 4, 6, 6}, [&](QuantizedModel& m) {
      m.initializer(integer_tensor("pads", TensorProto::INT64, {8}, {0, 0, 1, 2, 0, 0, 3, 4}));
      m.initializer(float_tensor("fill", {}, {zero ? 0.0F : 0.5F}));
      m.add("pad", "Pad", {"x", "pads", "fill"}, {"p"});
      m.weights("w", {3, 4, 3, 3});
      m.add("conv", "Conv", {"p", "w"}, {"c"}).set("pads", {1, 1, 1, 1});
      return "c";
    }));
    const auto& conv = std::get<graph::Convolution>(graph.operators.back().action);
    EXPECT_EQ(graph.operators.size(), zero ? 2U : 3U);
    EXPECT_EQ(conv.layer.pads,
              zero ? (std::array<int64_t, 4>{2, 3, 4, 5}) : (std::array<int64_t, 4>{1, 1, 1, 1}));
    if (!zero) {
      EXPECT_EQ(std::get<graph::Pad>(graph.operators[1].action).value, 20);
    }
  }
}

TEST_F(NetworkImportTest, LimitsOfActivations) {
  // Quantized before the activation as well, by the same scale: the table only limits.
  const graph::Graph graph = whole(between({1, 4, 6, 6}, [](QuantizedModel& m) {
    m.weights("w", {3, 4, 1, 1});
    m.add("conv", "Conv", {"x", "w"}, {"c"});
    m.quantize("c", "d", 0.05F, 10);
    m.initializer(float_tensor("least", {}, {-0.25F})).initializer(float_tensor("most", {}, {6.0F}));
    m.add("clip", "Clip", {"d", "least", "most"}, {"e"});
    return "e";
  }));
  ASSERT_EQ(graph.operators.size(), 2U);
  const Layer& layer = std::get<graph::Convolution>(graph.operators[1].action).layer;
  EXPECT_EQ(layer.output_min, 5);
  EXPECT_EQ(layer.output_max, 130);
}

TEST_F(NetworkImportTest, NormalizationIsFoldedIntoTheConvolution) {
  ModelBuilder model;
  model.input("x", {1, 1, 2, 2}).output("y");
  model.initializer(float_tensor("w", {2, 1, 1, 1}, {3, 5})).initializer(float_tensor("b", {2}, {1, 2}));
  model.initializer(float_tensor("scale", {2}, {2, 1})).initializer(float_tensor("shift", {2}, {10, 20}));
  model.initializer(float_tensor("mean", {2}, {1, 1})).initializer(float_tensor("variance", {2}, {4, 1}));
  model.initializer(float_tensor("half", {1, 2, 1, 1}, {0.5F, 0.25F}));
  model.add("conv", "Conv", {"x", "w", "b"}, {"c"});
  model.add("norm", "BatchNormalization", {"c", "scale", "shift", "mean", "variance"}, {"n"})
      .set_number("epsilon", 0);
  model.add("mul", "Mul", {"n", "half"}, {"y"});
  folder.write("m.onnx", model.bytes());
  std::ostringstream passes;
  import_network(folder.path("m.onnx").string(), {}, &passes);
  EXPECT_THAT(passes.str(), HasSubstr("normalization folded into convolutions\n"
                                      "  y float32[1x2x2x2] = Conv(x, w#folded#folded, w#folded#bias)\n"));
}

TEST_F(NetworkImportTest, AllThatIsMissingIsNamed) {
  QuantizedModel model;
  model.quantized_input("x", {1, 4, 6, 6}, 0.05F, 10);
  model.weights("w", {4, 4, 2, 2});
  model.add("up", "ConvTranspose", {"x", "w"}, {"u"});
  model.add("filter", "Filter", {"u"}, {"f"}).node().set_domain("com.example");
  model.initializer(some_floats("v", {3, 4, 1, 1}));
  model.add("conv", "Conv", {"x", "v"}, {"c"});
  model.output("f").output("c");
  const NetworkImport network = import(model);
  EXPECT_FALSE(network.complete);
  EXPECT_EQ(text(network),
            "ConvTranspose up: is no operator of the machine\n"
            "com.example.Filter filter: is no operator of the machine\n"
            "Conv conv: stands between integers and numbers that are not quantized, or not all alike\n");
  try {
    require_complete(network, "m.onnx");
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("m.onnx: cannot be run as a whole: ConvTranspose \"up\": is no operator"));
    EXPECT_THAT(error.what(), HasSubstr("Conv \"conv\": stands between"));
  }
}

TEST_F(NetworkImportTest, BlocksThatDoNotFitAreRefused) {
  for (const char* type : {"DepthToSpace", "SpaceToDepth"}) {
    for (const int64_t block : {0, 5, 7, INT32_MAX}) {
      QuantizedModel model;
      model.quantized_input("x", {1, 4, 6, 6}, 0.05F, 10);
      model.add("blocks", type, {"x"}, {"b"}).set("blocksize", block);
      model.output("b");
      if (block == 0) {
        EXPECT_THROW(import(model), InputError);
      } else {
        EXPECT_THAT(text(import(model)), HasSubstr("blocks: blocksize: expected one that divides its input"));
      }
    }
  }
}

TEST_F(NetworkImportTest, LastProductsMakeNumbersOfTheirAccumulators) {
  QuantizedModel model;
  model.quantized_input("x", {1, 4, 6, 6}, 0.05F, 10);
  model.weights("w", {3, 4, 1, 1});
  model.add("conv", "Conv", {"x", "w"}, {"c"});
  model.output("c");
  const graph::Graph graph = whole(model);
  EXPECT_THAT(operators(graph), ElementsAre("QuantizeLinear x_quantize host", "QLinearConv conv compute",
                                            "QLinearConv conv/dequantize host"));
  const auto& convolution = std::get<graph::Convolution>(graph.operators[1].action);
  EXPECT_EQ(convolution.layer.output_type, DataType::int32);
  EXPECT_EQ(convolution.layer.input_zero_point, 10);
  const auto& numbers = std::get<graph::Dequantize>(graph.operators[2].action);
  EXPECT_THAT(numbers.scales, ElementsAre(0.05F * 0.01F, 0.05F * 0.011F, 0.05F * 0.012F));
  EXPECT_EQ(numbers.axis, 1U);

  // What the machine would have to compute with is refused as before.
  QuantizedModel inner;
  inner.quantized_input("x", {1, 4, 6, 6}, 0.05F, 10);
  inner.weights("w", {3, 4, 1, 1});
  inner.add("conv", "Conv", {"x", "w"}, {"c"});
  inner.add("transpose", "Transpose", {"c"}, {"t"}).set("perm", {0, 2, 3, 1});
  inner.output("t");
  EXPECT_THAT(text(import(inner)), HasSubstr("Conv conv: stands between"));
}

// ONNX Runtime's operators on integers, without a QuantizeLinear.
TEST_F(NetworkImportTest, OperatorsOfIntegers) {
  ModelBuilder model;
  model.input("x", {1, 2, 4, 4}, TensorProto::UINT8);
  const auto code = [&](const std::string& name, float scale, int zero) {
    model.initializer(float_tensor(name + "s", {}, {scale}));
    model.initializer(integer_tensor(name + "z", TensorProto::UINT8, {}, {zero}));
  };
  code("x", 0.5F, 9);
  code("a", 0.25F, 20);
  code("b", 0.125F, 3);
  model.initializer(integer_tensor("w", TensorProto::INT8, {2, 2, 1, 1}, {1, -2, 3, -4}));
  model.initializer(float_tensor("ws", {2}, {0.1F, 0.2F}));
  model.initializer(integer_tensor("wz", TensorProto::INT8, {2}, {0, 1}));
  model.initializer(integer_tensor("m", TensorProto::UINT8, {2, 3}, {0, 128, 255, 127, 129, 130}));
  model.initializer(float_tensor("ms", {}, {0.1F}));
  model.initializer(integer_tensor("mz", TensorProto::UINT8, {}, {128}));
  const auto add = [&](const char* name, const std::vector<std::string>& inputs, const char* output,
                       bool of_runtime = true) {
    NodeBuilder node = model.add(output, name, inputs, {output});
    if (of_runtime) node.node().set_domain("com.microsoft");
    return node;
  };
  add("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "as", "az"}, "a", false);
  add("QLinearLeakyRelu", {"a", "as", "az", "bs", "bz"}, "b").set_number("alpha", 0.5F);
  add("QLinearAdd", {"a", "as", "az", "b", "bs", "bz", "as", "az"}, "c");
  add("QLinearConcat", {"bs", "bz", "c", "as", "az", "b", "bs", "bz"}, "d").set("axis", 2);
  add("QLinearAveragePool", {"d", "bs", "bz", "as", "az"}, "e").set("kernel_shape", {8, 4});
  add("Flatten", {"e"}, "f", false);
  add("QLinearMatMul", {"f", "as", "az", "m", "ms", "mz", "bs", "bz"}, "g", false);
  model.output("g", TensorProto::UINT8);
  const graph::Graph graph = whole(model);
  EXPECT_THAT(operators(graph),
              ElementsAre("QLinearConv a compute", "Table b vector", "QLinearAdd c vector",
                          "QLinearConcat d/requantize_0 vector", "QLinearConcat d vector",
                          "QLinearAveragePool e vector", "Flatten f none", "QLinearMatMul g compute"));
  const auto& conv = std::get<graph::Convolution>(graph.operators[0].action);
  EXPECT_THAT(std::vector<int8_t>(conv.weights.data<int8_t>(), conv.weights.data<int8_t>() + 4),
              ElementsAre(1, -2, 2, -5));  // less the zero point of the second channel
  const auto& leaky = std::get<graph::Table>(graph.operators[1].action).entries;
  EXPECT_EQ(leaky[24], 3 + 4 * 2);  // 1.0 in steps of 1/8
  EXPECT_EQ(leaky[18], 3 - 2);      // -0.5 * 0.5
  EXPECT_EQ(leaky[0], 0);           // saturated
  const auto& product = std::get<graph::Convolution>(graph.operators.back().action);
  EXPECT_THAT(std::vector<int8_t>(product.weights.data<int8_t>(), product.weights.data<int8_t>() + 6),
              ElementsAre(-128, -1, 0, 1, 127, 2));  // transposed, less the zero point
}

TEST_F(NetworkImportTest, MeansAndPooling) {
  const auto kind = [&](const QuantizedModel& model) {
    return std::get<graph::Pooling>(whole(model).operators.at(1).action);
  };
  for (const int64_t set : {13, 18}) {
    const graph::Pooling mean = kind(between(
        {2, 4, 6, 5},
        [&](QuantizedModel& m) {
          NodeBuilder node = m.add("mean", "ReduceMean", {"x"}, {"r"});
          if (set < 18) {
            node.set("axes", {2, -1});
          } else {
            m.initializer(integer_tensor("axes", TensorProto::INT64, {2}, {2, 3}));
            node.node().add_input("axes");
          }
          node.set("keepdims", 0);
          return "r";
        },
        0.05F, 10, set));
    EXPECT_EQ(mean.kind, graph::Pooling::Kind::global_average);
    EXPECT_EQ(mean.layer.kernel_shape, (std::array<int64_t, 2>{6, 5}));
  }
  // 5 lines by windows of 2 and steps of 2, rounded up: the last window hangs over.
  const graph::Pooling average = kind(between({1, 4, 5, 5}, [](QuantizedModel& m) {
    m.add("pool", "AveragePool", {"x"}, {"r"})
        .set("kernel_shape", {2, 2})
        .set("strides", {2, 2})
        .set("ceil_mode", 1);
    return "r";
  }));
  EXPECT_EQ(average.kind, graph::Pooling::Kind::average);
  EXPECT_EQ(average.layer.pads, (std::array<int64_t, 4>{0, 0, 1, 1}));
  EXPECT_EQ(average.layer.out_height(), 3);
  EXPECT_FALSE(average.count_include_pad);
}

TEST_F(NetworkImportTest, NearestResizing) {
  const auto resized = [](const char* transformation, const char* mode) {
    return between({1, 4, 5, 6}, [&](QuantizedModel& m) {
      m.initializer(float_tensor("scales", {4}, {1, 1, 2, 3}));
      m.add("up", "Resize", {"x", "", "scales"}, {"r"})
          .set_text("coordinate_transformation_mode", transformation)
          .set_text("nearest_mode", mode);
      return "r";
    });
  };
  for (const auto& [transformation, mode] :
       {std::pair("asymmetric", "floor"), std::pair("half_pixel", "round_prefer_floor"),
        std::pair("half_pixel", "round_prefer_ceil")}) {
    const graph::Graph graph = whole(resized(transformation, mode));
    const auto& resize = std::get<graph::Resize>(graph.operators.at(1).action);
    EXPECT_EQ(resize.rows, 2);
    EXPECT_EQ(resize.columns, 3);
  }
  EXPECT_THAT(text(import(resized("asymmetric", "round_prefer_ceil"))),
              HasSubstr("does not repeat each element"));
}

TEST_F(NetworkImportTest, BroadcastOperandsComeSecond) {
  const graph::Graph graph = whole(between({1, 4, 5, 6}, [](QuantizedModel& m) {
    m.quantized_input("gate", {1, 4, 1, 1}, 0.01F, 0);
    m.add("m", "Mul", {"gate", "x"}, {"r"});
    return "r";
  }));
  const graph::Operator& op = graph.operators.back();
  EXPECT_EQ(graph.values[op.inputs[0]].name, "x_q");
  EXPECT_EQ(graph.values[op.inputs[1]].name, "gate_q");
  EXPECT_EQ(std::get<graph::Binary>(op.action).kind, graph::Binary::Kind::multiply);
}

TEST_F(NetworkImportTest, FunctionsOfTheModelAreInlined) {
  ModelBuilder model(18);
  model.input("x", {1, 2, 4, 4}).initializer(some_floats("w", {3, 2, 3, 3})).output("y");
  onnx::FunctionProto& block = *model.model().add_functions();
  block.set_domain("local");
  block.set_name("Block");
  for (const char* name : {"data", "filter"}) block.add_input(name);
  block.add_output("result");
  block.add_attribute("stride");
  onnx::NodeProto& conv = *block.add_node();
  conv.set_op_type("Conv");
  conv.set_name("inner");
  for (const char* name : {"data", "filter"}) conv.add_input(name);
  conv.add_output("t");
  onnx::AttributeProto& strides = *conv.add_attribute();
  strides.set_name("strides");
  strides.set_type(onnx::AttributeProto::INTS);
  strides.set_ref_attr_name("stride");
  onnx::NodeProto& relu = *block.add_node();
  relu.set_op_type("Relu");
  relu.add_input("t");
  relu.add_output("result");
  model.add("call", "Block", {"x", "w"}, {"y"}).set("stride", Dims{2, 2}).node().set_domain("local");
  const OnnxNetwork network = read(model);
  ASSERT_EQ(network.layers().size(), 1U);
  EXPECT_EQ(network.layers()[0].name, "call/inner");
  EXPECT_EQ(network.layers()[0].strides, (std::array<int64_t, 2>{2, 2}));
  ASSERT_EQ(network.not_simulated().size(), 1U);
  EXPECT_EQ(network.not_simulated()[0].name, "Relu");
}

TEST_F(NetworkImportTest, TextOfAGraph) {
  const graph::Graph graph = whole(between({1, 2, 3, 4}, [](QuantizedModel& m) {
    m.add("s", "Sigmoid", {"x"}, {"v"});
    return "v";
  }));
  EXPECT_EQ(graph::to_text(graph),
            "graph graph\n"
            "in  x_f float32 [1 x 2 x 3 x 4]\n"
            "host    x_quantize QuantizeLinear (x_f) -> x_q uint8 [1 x 2 x 3 x 4] scale 0.05 zero 10\n"
            "vector  s Table (x_q) -> y_q uint8 [1 x 2 x 3 x 4] scale 0.05 zero 10\n"
            "out y_q\n");
}

TEST_F(NetworkImportTest, GraphsThatAreWrongAreFound) {
  const graph::Graph good = whole(small_resnet());
  const auto fault = [&](auto&& change) {
    graph::Graph graph = good;
    change(graph);
    try {
      graph::check(graph);
    } catch (const std::logic_error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  EXPECT_EQ(fault([](graph::Graph&) {}), "none");
  EXPECT_THAT(fault([](graph::Graph& g) { std::swap(g.operators[1], g.operators[2]); }),
              HasSubstr("inputs that operators before it make"));
  EXPECT_THAT(fault([](graph::Graph& g) { g.operators[2].output = g.operators[1].output; }),
              HasSubstr("one source"));
  EXPECT_THAT(fault([](graph::Graph& g) { g.operators[1].inputs[0] = 1000; }),
              HasSubstr("inputs that operators before it make"));
  EXPECT_THAT(fault([](graph::Graph& g) { g.values[g.operators[2].output].scale = 0.5F; }),
              HasSubstr("one type, scale and zero point"));
  EXPECT_THAT(fault([](graph::Graph& g) {
                g.values[g.operators[4].output].shape = {1, 8, 4, 5};
              }),
              HasSubstr("add: expected an operand of the output's shape"));
  EXPECT_THAT(fault([](graph::Graph& g) { g.operators[3].name = "conv1"; }), HasSubstr("names that differ"));
  EXPECT_THAT(
      fault([](graph::Graph& g) { std::get<graph::Convolution>(g.operators[1].action).bias.pop_back(); }),
      HasSubstr("a bias for each output channel"));
  EXPECT_THAT(fault([](graph::Graph& g) { g.values.emplace_back(); }), HasSubstr("expected a source"));
  EXPECT_THAT(fault([](graph::Graph& g) {
                g.constants.push_back({g.operators[1].output, HostTensor()});
              }),
              HasSubstr("expected a constant of its type and shape"));
}

}  // namespace
}  // namespace hwcvp
