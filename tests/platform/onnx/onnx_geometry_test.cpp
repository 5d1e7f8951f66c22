// Layers of models: sizes, padding and names, against layers written by hand.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/platform/onnx/onnx_test.h"

namespace hwcvp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using onnx::TensorProto;

// Sizes that are given, names and types of a floating-point model.
Layer conv_layer(int64_t channels, int64_t height, int64_t width, int64_t outputs, int64_t kernel_rows,
                 int64_t kernel_columns) {
  Layer layer;
  layer.name = "conv";
  layer.in_channels = channels;
  layer.in_height = height;
  layer.in_width = width;
  layer.out_channels = outputs;
  layer.kernel_shape = {kernel_rows, kernel_columns};
  return layer;
}

Layer product_layer(const char* name, int64_t rows, int64_t depth, int64_t columns) {
  Layer layer = conv_layer(depth, 1, 1, columns, 1, 1);
  layer.name = name;
  layer.batch = rows;
  return layer;
}

std::vector<std::string> names(const OnnxNetwork& network) {
  std::vector<std::string> result;
  for (const Layer& layer : network.layers()) result.push_back(layer.name);
  return result;
}

std::vector<std::string> left_out(const OnnxNetwork& network) {
  std::vector<std::string> result;
  for (const OperatorCount& nodes : network.not_simulated()) {
    result.push_back(nodes.name + " " + std::to_string(nodes.count));
  }
  return result;
}

std::string text(const Layer& layer) {
  return testing::PrintToString(
             std::vector<int64_t>{layer.batch, layer.in_channels, layer.in_height, layer.in_width,
                                  layer.out_channels, layer.kernel_shape[0], layer.kernel_shape[1],
                                  layer.strides[0], layer.strides[1], layer.dilations[0], layer.dilations[1],
                                  layer.pads[0], layer.pads[1], layer.pads[2], layer.pads[3], layer.group}) +
         " " + layer.name + " " + to_string(layer.input_type) + " " + to_string(layer.weight_type) + " " +
         to_string(layer.output_type);
}

class OnnxGeometryTest : public OnnxTest {
 protected:
  void expect_layer(const ModelBuilder& model, const Layer& expected) {
    const OnnxNetwork network = read(model);
    ASSERT_EQ(network.layers().size(), 1U);
    EXPECT_EQ(text(network.layers()[0]), text(expected));
    EXPECT_EQ(network.layers()[0], expected);
  }
};

TEST_F(OnnxGeometryTest, AttributesDefaultToOnesAndZeros) {
  expect_layer(ConvModel({1, 3, 9, 7}, {4, 3, 3, 2}), conv_layer(3, 9, 7, 4, 3, 2));
}

TEST_F(OnnxGeometryTest, AllAttributes) {
  ConvModel model({2, 6, 20, 19}, {8, 3, 3, 5});
  model.conv()
      .set("kernel_shape", {3, 5})
      .set("strides", {2, 3})
      .set("dilations", {2, 1})
      .set("pads", {1, 2, 3, 4})
      .set("group", 2);
  Layer expected = conv_layer(6, 20, 19, 8, 3, 5);
  expected.batch = 2;
  expected.strides = {2, 3};
  expected.dilations = {2, 1};
  expected.pads = {1, 2, 3, 4};
  expected.group = 2;
  expect_layer(model, expected);
}

TEST_F(OnnxGeometryTest, Depthwise) {
  ConvModel model({1, 8, 12, 12}, {16, 1, 3, 3});
  model.conv().set("group", 8);
  Layer expected = conv_layer(8, 12, 12, 16, 3, 3);
  expected.group = 8;
  expect_layer(model, expected);
}

TEST_F(OnnxGeometryTest, AutoPad) {
  const struct {
    const char* auto_pad;
    Dims x, w, strides, dilations;
    std::array<int64_t, 4> pads;
  } kCases[] = {
      {"NOTSET", {1, 1, 8, 8}, {1, 1, 3, 3}, {1, 1}, {1, 1}, {0, 0, 0, 0}},
      {"VALID", {1, 1, 8, 8}, {1, 1, 3, 3}, {2, 2}, {1, 1}, {0, 0, 0, 0}},
      // 8 lines of stride 1 need 8 + 2 lines.
      {"SAME_UPPER", {1, 1, 8, 8}, {1, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
      {"SAME_LOWER", {1, 1, 8, 8}, {1, 1, 3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
      // An even kernel: 8 lines need 8 + 3, one and two on either side.
      {"SAME_UPPER", {1, 1, 8, 8}, {1, 1, 4, 4}, {1, 1}, {1, 1}, {1, 1, 2, 2}},
      {"SAME_LOWER", {1, 1, 8, 8}, {1, 1, 4, 4}, {1, 1}, {1, 1}, {2, 2, 1, 1}},
      // 224 lines of stride 2 make 112, which need 111*2 + 3 = 225 lines.
      {"SAME_UPPER", {1, 1, 224, 224}, {1, 1, 3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}},
      {"SAME_LOWER", {1, 1, 224, 224}, {1, 1, 3, 3}, {2, 2}, {1, 1}, {1, 1, 0, 0}},
      // 7 rows of stride 3 make 3, which need 2*3 + 5 = 11; 7 columns of stride 2 make 4, which need 3*2 + 1.
      {"SAME_UPPER", {1, 1, 7, 7}, {1, 1, 5, 1}, {3, 2}, {1, 1}, {2, 0, 2, 0}},
      // A kernel of 3 with gaps of 2 spans 5.
      {"SAME_UPPER", {1, 1, 9, 9}, {1, 1, 3, 3}, {1, 1}, {2, 2}, {2, 2, 2, 2}},
      // Strides past the kernel: nothing to pad.
      {"SAME_UPPER", {1, 1, 9, 9}, {1, 1, 1, 1}, {4, 4}, {1, 1}, {0, 0, 0, 0}},
  };
  for (const auto& c : kCases) {
    ConvModel model(c.x, c.w);
    model.conv().set_text("auto_pad", c.auto_pad).set("strides", c.strides).set("dilations", c.dilations);
    Layer expected = conv_layer(1, c.x[2], c.x[3], 1, c.w[2], c.w[3]);
    expected.strides = {c.strides[0], c.strides[1]};
    expected.dilations = {c.dilations[0], c.dilations[1]};
    expected.pads = c.pads;
    SCOPED_TRACE(c.auto_pad);
    expect_layer(model, expected);
  }
}

TEST_F(OnnxGeometryTest, PadsBesideAutoPadMustBeTheSame) {
  ConvModel model({1, 1, 8, 8}, {1, 1, 3, 3});
  model.conv().set_text("auto_pad", "SAME_UPPER").set("pads", {1, 1, 1, 1});
  Layer expected = conv_layer(1, 8, 8, 1, 3, 3);
  expected.pads = {1, 1, 1, 1};
  expect_layer(model, expected);
  ConvModel other({1, 1, 8, 8}, {1, 1, 3, 3});
  other.conv().set_text("auto_pad", "SAME_UPPER").set("pads", {0, 0, 0, 0});
  EXPECT_EQ(refusal(other),
            "m.onnx: node \"conv\" (Conv): attribute pads: expected none beside auto_pad SAME_UPPER");
}

TEST_F(OnnxGeometryTest, EveryOperatorSet) {
  for (int64_t version = 7; version <= 23; ++version) {
    SCOPED_TRACE(version);
    expect_layer(ConvModel({1, 3, 9, 7}, {4, 3, 3, 2}, version), conv_layer(3, 9, 7, 4, 3, 2));
  }
}

TEST_F(OnnxGeometryTest, LaterFileFormats) {
  for (const int64_t version : {3, 4, 7, 8, 9, 10, 11}) {
    ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
    model.model().set_ir_version(version);
    if (version == 3) model.input("w", {4, 3, 3, 2});  // initializers had to be inputs
    SCOPED_TRACE(version);
    expect_layer(model, conv_layer(3, 9, 7, 4, 3, 2));
  }
}

TEST_F(OnnxGeometryTest, InitializersMayBeInputsWithOpenDimensions) {
  ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
  model.input("w", {4, 3, 3, 2});
  auto& shape = *model.graph().mutable_input(1)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape.mutable_dim(0)->set_dim_param("M");
  expect_layer(model, conv_layer(3, 9, 7, 4, 3, 2));
}

TEST_F(OnnxGeometryTest, TheLongNameOfTheDefaultDomain) {
  ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
  model.model().mutable_opset_import(0)->set_domain("ai.onnx");
  model.conv().node().set_domain("ai.onnx");
  expect_layer(model, conv_layer(3, 9, 7, 4, 3, 2));
}

TEST_F(OnnxGeometryTest, WeightsOfOtherNodes) {
  ModelBuilder constant;
  constant.input("x", {1, 3, 9, 7}).output("y");
  constant.add("", "Constant", {}, {"w"}).set("value", some_floats("", {4, 3, 3, 2}));
  constant.add("conv", "Conv", {"x", "w"}, {"y"});
  expect_layer(constant, conv_layer(3, 9, 7, 4, 3, 2));

  ModelBuilder identity;
  identity.input("x", {1, 3, 9, 7}).output("y").initializer(some_floats("w0", {4, 3, 3, 2}));
  identity.add("", "Identity", {"w0"}, {"w"});
  identity.add("conv", "Conv", {"x", "w"}, {"y"});
  expect_layer(identity, conv_layer(3, 9, 7, 4, 3, 2));
  EXPECT_THAT(left_out(read(identity)), ElementsAre());

  ModelBuilder given;
  given.input("x", {1, 3, 9, 7}).input("w", {4, 3, 3, 2}).output("y");
  given.add("conv", "Conv", {"x", "w"}, {"y"});
  expect_layer(given, conv_layer(3, 9, 7, 4, 3, 2));
  const OnnxNetwork network = read(given);
  ASSERT_EQ(network.notes().size(), 1U);
  EXPECT_EQ(network.notes()[0].text, "weights are not in the file: pseudo-random");
}

TEST_F(OnnxGeometryTest, Gemm) {
  const struct {
    Dims a, b;
    int64_t trans_a, trans_b;
    Layer expected;
  } kCases[] = {
      {{5, 6}, {6, 7}, 0, 0, product_layer("gemm", 5, 6, 7)},
      {{5, 6}, {7, 6}, 0, 1, product_layer("gemm", 5, 6, 7)},
      {{6, 5}, {6, 7}, 1, 0, product_layer("gemm", 5, 6, 7)},
      {{6, 5}, {7, 6}, 1, 1, product_layer("gemm", 5, 6, 7)},
      {{1, 2048}, {1000, 2048}, 0, 1, product_layer("gemm", 1, 2048, 1000)},
  };
  for (const auto& c : kCases) {
    ModelBuilder model;
    model.input("a", c.a).initializer(some_floats("b", c.b)).output("y");
    model.add("gemm", "Gemm", {"a", "b"}, {"y"}).set("transA", c.trans_a).set("transB", c.trans_b);
    expect_layer(model, c.expected);
  }
}

TEST_F(OnnxGeometryTest, MatMul) {
  const struct {
    Dims a, b;
    Layer expected;
  } kCases[] = {
      {{5, 6}, {6, 7}, product_layer("matmul", 5, 6, 7)},
      {{2, 3, 5, 6}, {6, 7}, product_layer("matmul", 30, 6, 7)},
      {{6}, {6, 7}, product_layer("matmul", 1, 6, 7)},
      {{5, 6}, {6}, product_layer("matmul", 5, 6, 1)},
      {{6}, {6}, product_layer("matmul", 1, 6, 1)},
      {{5, 6}, {1, 6, 7}, product_layer("matmul", 5, 6, 7)},
      {{6}, {1, 6, 7}, product_layer("matmul", 1, 6, 7)},
      {{2, 5, 6}, {1, 1, 6, 7}, product_layer("matmul", 10, 6, 7)},
  };
  for (const auto& c : kCases) {
    ModelBuilder model;
    model.input("a", c.a).initializer(some_floats("b", c.b)).output("y");
    model.add("matmul", "MatMul", {"a", "b"}, {"y"});
    SCOPED_TRACE(testing::PrintToString(c.a) + testing::PrintToString(c.b));
    expect_layer(model, c.expected);
  }
}

// A group for each matrix; where all multiply the same rows, one matrix of all columns.
TEST_F(OnnxGeometryTest, ProductsWithAMatrixForEachImage) {
  const auto grouped = [](int64_t rows, int64_t depth, int64_t columns, int64_t matrices) {
    Layer layer = product_layer("scores", rows, depth * matrices, columns * matrices);
    layer.group = matrices;
    return layer;
  };
  const struct {
    Dims a, b;
    Layer expected;
  } kCases[] = {
      {{2, 5, 6}, {2, 6, 7}, grouped(5, 6, 7, 2)},
      {{3, 2, 5, 6}, {2, 6, 7}, grouped(15, 6, 7, 2)},
      {{3, 2, 5, 6}, {3, 2, 6, 7}, grouped(5, 6, 7, 6)},
      {{5, 6}, {2, 6, 7}, product_layer("scores", 5, 6, 14)},
      {{1, 5, 6}, {2, 6, 7}, product_layer("scores", 5, 6, 14)},
  };
  for (const auto& c : kCases) {
    ModelBuilder model;
    model.input("a", c.a).input("b", c.b).output("y");
    model.add("scores", "MatMul", {"a", "b"}, {"y"});
    SCOPED_TRACE(testing::PrintToString(c.a) + testing::PrintToString(c.b));
    expect_layer(model, c.expected);
  }
}

TEST_F(OnnxGeometryTest, ConvolutionsOfOneDimensionHaveOneRow) {
  ConvModel model({2, 6, 30}, {8, 3, 5});
  model.conv()
      .set("kernel_shape", Dims{5})
      .set("strides", Dims{3})
      .set("dilations", Dims{2})
      .set("pads", Dims{1, 4})
      .set("group", 2);
  Layer expected = conv_layer(6, 1, 30, 8, 1, 5);
  expected.batch = 2;
  expected.strides = {1, 3};
  expected.dilations = {1, 2};
  expected.pads = {0, 1, 0, 4};
  expected.group = 2;
  expect_layer(model, expected);
  ConvModel same({1, 1, 9}, {1, 1, 4});
  same.conv().set_text("auto_pad", "SAME_LOWER");
  expected = conv_layer(1, 1, 9, 1, 1, 4);
  expected.pads = {0, 2, 0, 1};
  expect_layer(same, expected);
}

TEST_F(OnnxGeometryTest, ProductsOfIntegers) {
  ModelBuilder model;
  model.input("a", {4, 6}, TensorProto::INT8).output("y", TensorProto::INT32).output("z", TensorProto::INT8);
  model.initializer(integer_tensor("b", TensorProto::INT8, {6, 7}, std::vector<int32_t>(42, 3)));
  model.initializer(float_tensor("s", {}, {0.5F}))
      .initializer(integer_tensor("z8", TensorProto::INT8, {}, {0}));
  model.initializer(integer_tensor("c", TensorProto::INT32, {7}, std::vector<int32_t>(7, 9)));
  model.add("integer", "MatMulInteger", {"a", "b"}, {"y"});
  model.add("linear", "QLinearMatMul", {"a", "s", "z8", "b", "s", "z8", "s", "z8"}, {"z"});
  model.add("gemm", "QGemm", {"a", "s", "z8", "b", "s", "z8", "c", "s", "z8"}, {"w"})
      .node()
      .set_domain("com.microsoft");
  Layer integer = product_layer("integer", 4, 6, 7), linear = product_layer("linear", 4, 6, 7),
        gemm = product_layer("gemm", 4, 6, 7);
  integer.output_type = DataType::int32;
  const OnnxNetwork network = read(model);
  EXPECT_THAT(network.layers(), ElementsAre(integer, linear, gemm));
  EXPECT_THAT(network.tensors(2, 1).params.bias, testing::Each(9));
  EXPECT_THAT(left_out(network), ElementsAre());
}

TEST_F(OnnxGeometryTest, ShapesAreInferredThroughOtherOperators) {
  ModelBuilder model;
  model.input("x", {1, 3, 32, 32}).output("y");
  model.initializer(some_floats("w1", {8, 3, 3, 3})).initializer(some_floats("w2", {10, 512}));
  model.initializer(integer_tensor("flat", TensorProto::INT64, {2}, {1, -1}));
  model.add("c1", "Conv", {"x", "w1"}, {"a"}).set("strides", {2, 2}).set_text("auto_pad", "SAME_UPPER");
  model.add("r", "Relu", {"a"}, {"b"});
  model.add("p", "MaxPool", {"b"}, {"c"}).set("kernel_shape", {2, 2}).set("strides", {2, 2});
  model.add("f", "Reshape", {"c", "flat"}, {"d"});
  model.add("fc", "Gemm", {"d", "w2"}, {"y"}).set("transB", 1);
  const OnnxNetwork network = read(model);
  ASSERT_EQ(network.layers().size(), 2U);
  EXPECT_EQ(network.layers()[1], product_layer("fc", 1, 8 * 8 * 8, 10));
  EXPECT_THAT(left_out(network), ElementsAre("MaxPool 1", "Relu 1", "Reshape 1"));
}

TEST_F(OnnxGeometryTest, SeveralOutputsAndBranches) {
  ModelBuilder model;
  model.input("x", {1, 4, 8, 8}).output("y1").output("y2").output("s1");
  model.initializer(some_floats("w", {4, 2, 1, 1}));
  model.add("split", "Split", {"x"}, {"s1", "s2"}).set("axis", 1);
  model.add("left", "Conv", {"s1", "w"}, {"y1"});
  model.add("right", "Conv", {"s2", "w"}, {"y2"}).set("strides", {2, 2});
  const OnnxNetwork network = read(model);
  Layer left = conv_layer(2, 8, 8, 4, 1, 1), right = left;
  left.name = "left";
  right.name = "right";
  right.strides = {2, 2};
  EXPECT_THAT(network.layers(), ElementsAre(left, right));
  EXPECT_THAT(left_out(network), ElementsAre("Split 1"));
}

TEST_F(OnnxGeometryTest, NamesAreStableAndDiffer) {
  ModelBuilder model;
  model.input("x", {1, 2, 4, 4}).initializer(some_floats("w", {2, 2, 1, 1})).output("v7");
  const char* const kNames[] = {"", "a/b", "a_b", "", "A/B", "Conv_0", "Conv_3_2", "bad\xff\n\"name"};
  std::string value = "x";
  for (int i = 0; i < 8; ++i) {
    const std::string next = "v" + std::to_string(i);
    model.add(kNames[i], "Conv", {value, "w"}, {next});
    value = next;
  }
  // The first is not called Conv_0, which another node has for a name.
  EXPECT_THAT(names(read(model)), ElementsAre("Conv_0_2", "a/b", "a_b_2", "Conv_3", "A/B_3", "Conv_0",
                                              "Conv_3_2", "bad_ \"name"));
}

TEST_F(OnnxGeometryTest, OpenDimensionsTakeTheSizesGiven) {
  ConvModel model({1, 3, 9, 7}, {4, 3, 3, 2});
  auto& shape = *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape.mutable_dim(0)->set_dim_param("N");
  shape.mutable_dim(2)->clear_value();
  EXPECT_EQ(refusal(model),
            "m.onnx: input \"x\": expected fixed dimensions, found N x 3 x ? x 7; --onnx-dim N=SIZE "
            "sets one");
  OnnxOptions options;
  options.dimensions = {{"N", 5}};
  EXPECT_EQ(refusal(model, options),
            "m.onnx: input \"x\": expected fixed dimensions, found 5 x 3 x ? x 7; "
            "--onnx-dim x[2]=SIZE sets one");
  options.dimensions = {{"N", 5}, {"x[2]", 11}};
  Layer expected = conv_layer(3, 11, 7, 4, 3, 2);
  expected.batch = 5;
  EXPECT_EQ(read(model, options).layers().at(0), expected);
  options.dimensions = {{"N", 5}, {"x[2]", 11}, {"H", 1}};
  EXPECT_THAT(refusal(model, options),
              HasSubstr("--onnx-dim: H: expected the name of an open dimension of m.onnx"));
}

}  // namespace
}  // namespace hwcvp
