#include "platform/onnx/shapes/shape_rules.h"

#include <algorithm>
#include <map>
#include <set>

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

void same(const NodeContext& context, OutputTypes& outputs) { outputs[0] = context.type(0); }

void same_as_bool(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {TensorProto::BOOL, context.dims(0)};
}

// Of all inputs from `first` on.
std::optional<Dims> broadcast_all(const NodeContext& context, int first) {
  std::optional<Dims> dims = Dims{};
  for (int i = first; i < context.inputs(); ++i) {
    const auto other = context.dims(i);
    if (!dims || !other) return {};
    dims = broadcast(*dims, *other);
  }
  return dims;
}

void broadcasting(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(0), broadcast_all(context, 0)};
}

void comparison(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {TensorProto::BOOL, broadcast_all(context, 0)};
}

void where(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(1), broadcast_all(context, 0)};
}

void cast(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {static_cast<int32_t>(context.attributes().integer("to", 0)), context.dims(0)};
}

void quantize(const NodeContext& context, OutputTypes& outputs) {
  const int64_t type = context.attributes().integer("output_dtype", 0);
  outputs[0] = {type != 0 ? static_cast<int32_t>(type) : TensorProto::UINT8, context.dims(0)};
  if (context.has(2)) outputs[0].elem_type = context.elem_type(2);
}

void dequantize(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(1), context.dims(0)};
}

void dynamic_quantize(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {TensorProto::UINT8, context.dims(0)};
  if (outputs.size() > 1) outputs[1] = {TensorProto::FLOAT, Dims{}};
  if (outputs.size() > 2) outputs[2] = {TensorProto::UINT8, Dims{}};
}

void dropout(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = context.type(0);
  if (outputs.size() > 1) outputs[1] = {TensorProto::BOOL, context.dims(0)};
}

void cast_like(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(1), context.dims(0)};
}

// Of the input's type unless an attribute says another.
void same_or_type(const NodeContext& context, OutputTypes& outputs) {
  const int64_t type = context.attributes().integer("dtype", 0);
  outputs[0] = {type != 0 ? static_cast<int32_t>(type) : context.elem_type(0), context.dims(0)};
}

// Mean and variance, or its inverse, have the extents in front of the axis, and ones behind.
void layer_normalization(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = context.type(0);
  auto dims = context.dims(0);
  const auto axis = dims ? front_axis(context.attributes().integer("axis", -1), dims->size()) : std::nullopt;
  if (!axis) return;
  std::fill(dims->begin() + static_cast<int64_t>(*axis), dims->end(), 1);
  for (size_t i = 1; i < outputs.size(); ++i) outputs[i] = {TensorProto::FLOAT, dims};
}

void batch_normalization(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = context.type(0);
  for (size_t i = 1; i < outputs.size(); ++i) outputs[i] = context.type(3);
}

// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
void qlinear_binary(const NodeContext& context, OutputTypes& outputs) {
  const auto a = context.dims(0), b = context.dims(3);
  outputs[0] = {context.elem_type(0), a && b ? broadcast(*a, *b) : std::nullopt};
}

const std::map<std::string, ShapeRule>& elementwise_rules() {
  static const std::map<std::string, ShapeRule> rules = [] {
    std::map<std::string, ShapeRule> all;
    for (const char* const name : {"Abs",
                                   "Acos",
                                   "Acosh",
                                   "Asin",
                                   "Asinh",
                                   "Atan",
                                   "Atanh",
                                   "BatchNormalization",
                                   "BitwiseNot",
                                   "Ceil",
                                   "Celu",
                                   "Clip",
                                   "Cos",
                                   "Cosh",
                                   "CumSum",
                                   "Elu",
                                   "Erf",
                                   "Exp",
                                   "Floor",
                                   "Gelu",
                                   "GroupNormalization",
                                   "HardSigmoid",
                                   "HardSwish",
                                   "Hardmax",
                                   "Identity",
                                   "InstanceNormalization",
                                   "LRN",
                                   "LayerNormalization",
                                   "LeakyRelu",
                                   "Log",
                                   "LogSoftmax",
                                   "LpNormalization",
                                   "MeanVarianceNormalization",
                                   "Mish",
                                   "Neg",
                                   "Not",
                                   "PRelu",
                                   "RMSNormalization",
                                   "Reciprocal",
                                   "Relu",
                                   "Round",
                                   "ScatterElements",
                                   "ScatterND",
                                   "Selu",
                                   "Shrink",
                                   "Sigmoid",
                                   "Sign",
                                   "Sin",
                                   "Sinh",
                                   "Softmax",
                                   "Softplus",
                                   "Softsign",
                                   "Sqrt",
                                   "Swish",
                                   "Tan",
                                   "Tanh",
                                   "ThresholdedRelu",
                                   "Trilu",
                                   "com.microsoft.FastGelu",
                                   "com.microsoft.FusedGelu",
                                   "com.microsoft.Gelu",
                                   "com.microsoft.QLinearLeakyRelu",
                                   "com.microsoft.QLinearSigmoid",
                                   "com.microsoft.QLinearSoftmax",
                                   "com.microsoft.QuickGelu"}) {
      all[name] = same;
    }
    for (const char* const name : {"Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div",
                                   "Max", "Mean", "Min", "Mod", "Mul", "Or", "Pow", "Sub", "Sum", "Xor"}) {
      all[name] = broadcasting;
    }
    for (const char* const name : {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"}) {
      all[name] = comparison;
    }
    all["IsNaN"] = all["IsInf"] = same_as_bool;
    all["Where"] = where;
    all["Cast"] = cast;
    all["QuantizeLinear"] = all["com.microsoft.QuantizeLinear"] = quantize;
    all["DequantizeLinear"] = all["com.microsoft.DequantizeLinear"] = dequantize;
    all["DynamicQuantizeLinear"] = dynamic_quantize;
    all["Dropout"] = dropout;
    all["CastLike"] = cast_like;
    all["Bernoulli"] = all["EyeLike"] = same_or_type;
    all["ReverseSequence"] = all["Scatter"] = same;
    all["LayerNormalization"] = layer_normalization;
    all["BatchNormalization"] = batch_normalization;
    all["com.microsoft.QLinearAdd"] = all["com.microsoft.QLinearMul"] = qlinear_binary;
    return all;
  }();
  return rules;
}

ShapeRule find(const std::map<std::string, ShapeRule>& rules, const std::string& name) {
  const auto found = rules.find(name);
  return found == rules.end() ? nullptr : found->second;
}

}  // namespace

ShapeRule elementwise_rule(const std::string& operator_name) {
  return find(elementwise_rules(), operator_name);
}

std::string operator_name(const onnx::NodeProto& node) {
  return node.domain().empty() ? node.op_type() : node.domain() + "." + node.op_type();
}

std::optional<Dims> broadcast(const Dims& a, const Dims& b) {
  Dims result(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < result.size(); ++i) {
    const size_t back = result.size() - i;
    const int64_t x = back <= a.size() ? a[a.size() - back] : 1,
                  y = back <= b.size() ? b[b.size() - back] : 1;
    if (x != y && x != 1 && y != 1) return {};
    result[i] = x == 1 ? y : x;
  }
  return result;
}

}  // namespace hwcvp::onnx_import
