#include <fmt/format.h>

#include <algorithm>

#include "platform/onnx/network/lowering.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

using graph::Binary;
using graph::Engine;
using graph::ValueIndex;

namespace {

bool stands_for_all(const Shape& small, const Shape& large) {
  if (small.size() > large.size() || large.size() < 3) return false;
  Shape padded(large.size() - small.size(), 1);
  padded.insert(padded.end(), small.begin(), small.end());
  for (size_t i = 0; i < large.size(); ++i) {
    const bool image = i >= 2;
    if (padded[i] != 1 && (image || padded[i] != large[i])) return false;
  }
  return true;
}

void lower_binary(Lowering& to, const Node& node) {
  ValueIndex a = to.input_or_constant(node, 0), b = to.input_or_constant(node, 3);
  to.code(node, 1, a);
  to.code(node, 4, b);
  Binary binary;
  const std::string& name = node.op_type();
  binary.kind = name == "QLinearAdd"   ? Binary::Kind::add
                : name == "QLinearMul" ? Binary::Kind::multiply
                                       : Binary::Kind::subtract;
  const Shape output = to.shape(node.output(0));
  // The operand of one row and column is the second: as ONNX Runtime calls its kernels.
  if (to.value(a).shape != output && binary.kind != Binary::Kind::subtract) std::swap(a, b);
  const Shape& of_a = to.value(a).shape;
  const Shape& of_b = to.value(b).shape;
  if ((of_a != output && (of_b != output || !stands_for_all(of_a, output))) ||
      (of_b != output && !stands_for_all(of_b, output))) {
    throw CannotLower("expected two tensors of one shape, or one with one row and column");
  }
  const Attributes attributes = to.attributes(node);
  if (attributes.has("output_min"))
    binary.output_min = static_cast<int32_t>(attributes.integer("output_min", 0));
  if (attributes.has("output_max"))
    binary.output_max = static_cast<int32_t>(attributes.integer("output_max", 0));
  const Code y = to.output_code(node, 6, to.list().type(node.output(0)).elem_type);
  to.add_operator(node, {a, b}, to.add_value(node.output(0), y), binary);
}

void lower_table(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  if (bytes(to.value(x).type) != 1) throw CannotLower("expected a tensor of int8 or uint8");
  const Array& entries = to.constant(node, 1, "table");
  const Code y = to.output_code(node, 2, to.list().type(node.output(0)).elem_type);
  graph::Table table;
  for (size_t i = 0; i < 256; ++i)
    table.entries[i] = static_cast<uint8_t>(entries.integer(static_cast<int64_t>(i)));
  const ValueIndex output = to.add_value(node.output(0), y);
  if (to.value(output).shape != to.value(x).shape) throw CannotLower("its output has another shape");
  to.add_operator(node, {x}, output, table);
}

void lower_quantize(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  if (to.value(x).type != DataType::float32) throw CannotLower("expected numbers of single precision");
  const Code y = to.output_code(node, 1, to.list().type(node.output(0)).elem_type);
  to.add_operator(node, {x}, to.add_value(node.output(0), y), graph::Quantize{});
}

void lower_dequantize(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  to.code(node, 1, x);
  to.add_operator(node, {x}, to.add_value(node.output(0), DataType::float32, 1, 0), graph::Dequantize{});
}

void lower_softmax(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  if (to.value(x).type != DataType::float32) throw CannotLower("expected numbers of single precision");
  const Shape& shape = to.value(x).shape;
  const bool flattens = to.list().operator_set < 13;  // all axes from `axis` on count as one
  const auto axis = front_axis(to.attributes(node).integer("axis", flattens ? 1 : -1), shape.size());
  if (!axis) throw CannotLower("axis: expected one of its input's");
  for (size_t i = *axis + 1; flattens && i < shape.size(); ++i) {
    if (shape[i] != 1) throw CannotLower("axis: expected the last axis of more than one element");
  }
  to.add_operator(node, {x}, to.add_value(node.output(0), DataType::float32, 1, 0), graph::Softmax{*axis});
}

struct Rule {
  void (*lower)(Lowering& to, const Node& node);
  Engine engine;
};

const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> all = [] {
    std::map<std::string, Rule> named;
    for (const char* const name : {"QLinearConv", "com.microsoft.QLinearConv", "ConvInteger"}) {
      named[name] = {lower_convolution, Engine::compute};
    }
    for (const char* const name :
         {"QLinearMatMul", "com.microsoft.QLinearMatMul", "com.microsoft.QGemm", "MatMulInteger"}) {
      named[name] = {lower_product, Engine::compute};
    }
    for (const char* const name :
         {"MaxPool", "GlobalMaxPool", "com.microsoft.QLinearAveragePool",
          "com.microsoft.QLinearGlobalAveragePool", "com.microsoft.QLinearReduceMean"}) {
      named[name] = {lower_pooling, Engine::vector};
    }
    for (const char* const name : {"Concat", "com.microsoft.QLinearConcat", "Slice", "Split", "Pad", "Resize",
                                   "Upsample", "Transpose", "DepthToSpace", "SpaceToDepth"}) {
      named[name] = {lower_move, Engine::vector};
    }
    for (const char* const name : {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"}) {
      named[name] = {lower_move, Engine::none};
    }
    for (const char* const name :
         {"com.microsoft.QLinearAdd", "com.microsoft.QLinearMul", "hwcvp.QLinearSub"}) {
      named[name] = {lower_binary, Engine::vector};
    }
    named["hwcvp.Table"] = {lower_table, Engine::vector};
    named["QuantizeLinear"] = {lower_quantize, Engine::host};
    named["DequantizeLinear"] = {lower_dequantize, Engine::host};
    named["Softmax"] = {lower_softmax, Engine::host};
    return named;
  }();
  return all;
}

// What operators in floating point would run on, once they are quantized.
const std::map<std::string, Engine>& floating_point() {
  static const std::map<std::string, Engine> all = [] {
    std::map<std::string, Engine> named;
    for (const char* const name : {"Conv", "Gemm", "MatMul"}) named[name] = Engine::compute;
    for (const char* const name :
         {"Abs",         "Add",       "AveragePool", "Ceil",  "Celu",  "Clip",
          "Elu",         "Erf",       "Exp",         "Floor", "Gelu",  "GlobalAveragePool",
          "HardSigmoid", "HardSwish", "LeakyRelu",   "Log",   "Mish",  "Mul",
          "Neg",         "PRelu",     "ReduceMean",  "Relu",  "Round", "Selu",
          "Sigmoid",     "Softplus",  "Softsign",    "Sqrt",  "Sub",   "Tanh"}) {
      named[name] = Engine::vector;
    }
    return named;
  }();
  return all;
}

bool reads_dequantized(const NodeList& list, const Node& node) {
  return std::any_of(list.nodes.begin(), list.nodes.end(), [&](const Node& other) {
    return is_dequantize(other) && node.input_size() > 0 && other.output(0) == node.input(0);
  });
}

}  // namespace

const graph::Engine* engine_of_operator(const std::string& operator_name) {
  const auto rule = rules().find(operator_name);
  if (rule != rules().end()) return &rule->second.engine;
  const auto later = floating_point().find(operator_name);
  return later == floating_point().end() ? nullptr : &later->second;
}

void lower_node(Lowering& to, const Node& node) {
  const std::string name = operator_name(node);
  const auto rule = rules().find(name);
  if (rule != rules().end()) return rule->second.lower(to, node);
  if (floating_point().count(name) != 0) {
    if (reads_dequantized(to.list(), node)) {
      throw CannotLower("stands between integers and numbers that are not quantized, or not all alike");
    }
    throw CannotLower("is in floating point: `hwcvp quantize` makes a quantized network");
  }
  throw CannotLower("is no operator of the machine");
}

}  // namespace hwcvp::onnx_import
