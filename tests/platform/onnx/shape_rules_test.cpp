// Shapes of operators in the forms of each operator set. Those up to 17 are also held to the ONNX project's
// data, by onnx_conformance_test.
#include <gmock/gmock.h>

#include "platform/onnx/shapes/infer_shapes.h"
#include "tests/platform/onnx/model_builder.h"

namespace hwcvp {
namespace {

using onnx::TensorProto;
using onnx_import::ModelFile;
using ::testing::ElementsAre;

// What is inferred for the outputs of the model's last node.
std::vector<Dims> outputs(const ModelBuilder& built) {
  ModelFile file;
  file.path = "m.onnx";
  file.folder = ".";
  file.model.ParseFromString(built.bytes());
  const onnx::NodeProto last = *file.model.graph().node().rbegin();
  onnx_import::infer_shapes(file);
  std::vector<Dims> result;
  for (const std::string& name : last.output()) {
    Dims dims = {-1};
    for (const onnx::ValueInfoProto& value : file.model.graph().value_info()) {
      if (value.name() == name) dims = onnx_import::value_type(value).dims.value_or(Dims{-1});
    }
    result.push_back(dims);
  }
  return result;
}

TensorProto integers(const std::string& name, const std::vector<int32_t>& values) {
  return integer_tensor(name, TensorProto::INT64, {static_cast<int64_t>(values.size())}, values);
}

// An input x, and room for a node.
struct Model : ModelBuilder {
  Model(int64_t operator_set, const Dims& x) : ModelBuilder(operator_set) { input("x", x); }
};

TEST(ShapeRulesTest, Split) {
  Model even(18, {7, 4});
  even.add("s", "Split", {"x"}, {"a", "b", "c"}).set("num_outputs", 3);
  EXPECT_THAT(outputs(even), ElementsAre(Dims{3, 4}, Dims{3, 4}, Dims{1, 4}));
  Model attribute(11, {7, 4});
  attribute.add("s", "Split", {"x"}, {"a", "b"}).set("axis", -1).set("split", {1, 3});
  EXPECT_THAT(outputs(attribute), ElementsAre(Dims{7, 1}, Dims{7, 3}));
  Model given(13, {7, 4});
  given.initializer(integers("n", {5, 2}));
  given.add("s", "Split", {"x", "n"}, {"a", "b"});
  EXPECT_THAT(outputs(given), ElementsAre(Dims{5, 4}, Dims{2, 4}));
  Model wrong(13, {7, 4});
  wrong.initializer(integers("n", {5, 3}));
  wrong.add("s", "Split", {"x", "n"}, {"a", "b"});
  EXPECT_THAT(outputs(wrong), ElementsAre(Dims{-1}, Dims{-1}));
}

TEST(ShapeRulesTest, ReduceMean) {
  Model attribute(13, {2, 3, 4, 5});
  attribute.add("r", "ReduceMean", {"x"}, {"y"}).set("axes", {2, 3}).set("keepdims", 0);
  EXPECT_THAT(outputs(attribute), ElementsAre(Dims{2, 3}));
  Model input(18, {2, 3, 4, 5});
  input.initializer(integers("axes", {-1}));
  input.add("r", "ReduceMean", {"x", "axes"}, {"y"});
  EXPECT_THAT(outputs(input), ElementsAre(Dims{2, 3, 4, 1}));
  Model none(18, {2, 3});
  none.add("r", "ReduceMean", {"x"}, {"y"}).set("noop_with_empty_axes", 1);
  EXPECT_THAT(outputs(none), ElementsAre(Dims{2, 3}));
  Model all(18, {2, 3});
  all.add("r", "ReduceMean", {"x"}, {"y"});
  EXPECT_THAT(outputs(all), ElementsAre(Dims{1, 1}));
}

TEST(ShapeRulesTest, PadWithAxes) {
  Model model(18, {1, 2, 5, 5});
  model.initializer(integers("pads", {1, 2, 3, 4})).initializer(integers("axes", {-2, 3}));
  model.add("p", "Pad", {"x", "pads", "", "axes"}, {"y"});
  EXPECT_THAT(outputs(model), ElementsAre(Dims{1, 2, 9, 11}));
  Model attribute(10, {5, 5});
  attribute.add("p", "Pad", {"x"}, {"y"}).set("pads", {1, -2, 0, 0});
  EXPECT_THAT(outputs(attribute), ElementsAre(Dims{6, 3}));
}

TEST(ShapeRulesTest, Resize) {
  const auto sized = [](const char* policy, const std::vector<int32_t>& sizes) {
    Model model(18, {1, 3, 10, 20});
    model.initializer(integers("sizes", sizes));
    model.add("r", "Resize", {"x", "", "", "sizes"}, {"y"})
        .set("axes", {2, 3})
        .set_text("keep_aspect_ratio_policy", policy);
    return outputs(model)[0];
  };
  EXPECT_EQ(sized("stretch", {15, 50}), (Dims{1, 3, 15, 50}));
  EXPECT_EQ(sized("not_larger", {15, 50}), (Dims{1, 3, 15, 30}));
  EXPECT_EQ(sized("not_smaller", {15, 50}), (Dims{1, 3, 25, 50}));
  Model scaled(13, {1, 3, 10, 20});
  scaled.initializer(float_tensor("scales", {4}, {1, 1, 1.55F, 0.5F}));
  scaled.add("r", "Resize", {"x", "", "scales"}, {"y"});
  EXPECT_THAT(outputs(scaled), ElementsAre(Dims{1, 3, 15, 10}));
  Model upsample(9, {1, 3, 10, 20});
  upsample.initializer(float_tensor("scales", {4}, {1, 1, 2, 3}));
  upsample.add("r", "Upsample", {"x", "scales"}, {"y"});
  EXPECT_THAT(outputs(upsample), ElementsAre(Dims{1, 3, 20, 60}));
}

TEST(ShapeRulesTest, WindowsRoundedUp) {
  const auto pooled = [](const Dims& x, int64_t kernel, int64_t stride, const Dims& pads) {
    Model model(13, x);
    model.add("p", "MaxPool", {"x"}, {"y"})
        .set("kernel_shape", Dims{kernel})
        .set("strides", Dims{stride})
        .set("pads", pads)
        .set("ceil_mode", 1);
    return outputs(model)[0];
  };
  EXPECT_EQ(pooled({1, 1, 5}, 2, 2, {0, 0}), (Dims{1, 1, 3}));
  EXPECT_EQ(pooled({1, 1, 6}, 2, 2, {0, 0}), (Dims{1, 1, 3}));
  EXPECT_EQ(pooled({1, 1, 5}, 1, 2, {1, 1}), (Dims{1, 1, 4}));
  EXPECT_EQ(pooled({1, 1, 4}, 2, 3, {0, 1}), (Dims{1, 1, 2}));
}

TEST(ShapeRulesTest, QuantizedOperators) {
  Model model(13, {1, 4, 8, 8});
  model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::UINT8);
  model.initializer(float_tensor("s", {}, {1})).initializer(integer_tensor("z", TensorProto::UINT8, {}, {0}));
  model.input("g", {1, 4, 1, 1}, TensorProto::UINT8);
  model.add("m", "QLinearMul", {"x", "s", "z", "g", "s", "z", "s", "z"}, {"a"})
      .node()
      .set_domain("com.microsoft");
  model.add("c", "QLinearConcat", {"s", "z", "a", "s", "z", "x", "s", "z"}, {"b"})
      .set("axis", 1)
      .node()
      .set_domain("com.microsoft");
  model.add("p", "QLinearGlobalAveragePool", {"b", "s", "z", "s", "z"}, {"c"})
      .node()
      .set_domain("com.microsoft");
  EXPECT_THAT(outputs(model), ElementsAre(Dims{1, 8, 1, 1}));
}

TEST(ShapeRulesTest, ArithmeticOnShapes) {
  // x.reshape(x.shape[0], -1, x.shape[3] // 2), the way exporters write it.
  Model model(18, {2, 3, 4, 10});
  model.initializer(integers("zero", {0})).initializer(integers("three", {3}));
  model.initializer(integers("two", {2})).initializer(integers("minus", {-1}));
  model.add("", "Shape", {"x"}, {"s"});
  model.add("", "Gather", {"s", "zero"}, {"n"});
  model.add("", "Gather", {"s", "three"}, {"w"});
  model.add("", "Div", {"w", "two"}, {"h"});
  model.add("", "Concat", {"n", "minus", "h"}, {"t"}).set("axis", 0);
  model.add("r", "Reshape", {"x", "t"}, {"y"});
  EXPECT_THAT(outputs(model), ElementsAre(Dims{2, 24, 5}));
}

TEST(ShapeRulesTest, TheFileIsBelievedWhereNoRuleIs) {
  Model model(18, {2, 3});
  onnx::ValueInfoProto& value = *model.graph().add_value_info();
  value.set_name("y");
  auto& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(TensorProto::FLOAT);
  for (const int64_t extent : {4, 5}) type.mutable_shape()->add_dim()->set_dim_value(extent);
  model.add("f", "Filter", {"x"}, {"y"}).node().set_domain("com.example");
  model.add("r", "Relu", {"y"}, {"z"});
  EXPECT_THAT(outputs(model), ElementsAre(Dims{4, 5}));
}

// A file of a few bytes must not ask for gigabytes.
TEST(ShapeRulesTest, ConstantsHaveABudget) {
  ModelBuilder model(18);
  model.initializer(integers("n", {100000, 100000}));
  model.add("", "ConstantOfShape", {"n"}, {"y"});
  EXPECT_THAT(outputs(model), ElementsAre(Dims{100000, 100000}));
  ModelBuilder doubling(18);
  doubling.initializer(integers("v0", {1, 2, 3, 4}));
  for (int i = 0; i < 40; ++i) {
    const std::string value = "v" + std::to_string(i);
    doubling.add("", "Concat", {value, value}, {"v" + std::to_string(i + 1)}).set("axis", 0);
  }
  EXPECT_THAT(outputs(doubling), ElementsAre(Dims{int64_t{4} << 40}));
}

}  // namespace
}  // namespace hwcvp
