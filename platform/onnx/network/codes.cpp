#include "platform/onnx/network/codes.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

bool operator==(const Code& a, const Code& b) {
  return a.step == b.step && a.zero == b.zero && a.elem_type == b.elem_type;
}

int32_t least_of(int32_t elem_type) { return elem_type == TensorProto::INT8 ? INT8_MIN : 0; }
int32_t most_of(int32_t elem_type) { return elem_type == TensorProto::INT8 ? INT8_MAX : UINT8_MAX; }
bool is_eight_bits(int32_t elem_type) {
  return elem_type == TensorProto::INT8 || elem_type == TensorProto::UINT8;
}

std::optional<Code> find_code(const NodeList& list, const Node& node, int scale, int32_t elem_type) {
  if (!has_input(node, scale)) return {};
  Code code;
  code.scale = node.input(scale);
  code.elem_type = elem_type;
  const auto step = list.constant(code.scale);
  if (step == nullptr || step->size() != 1 || step->elem_type != TensorProto::FLOAT) return {};
  code.step = static_cast<float>(step->number(0));
  if (!std::isfinite(code.step) || code.step <= 0) return {};
  if (has_input(node, scale + 1)) {
    code.zero_point = node.input(scale + 1);
    const auto zero = list.constant(code.zero_point);
    if (zero == nullptr || zero->size() != 1 || !is_integer_type(zero->elem_type)) return {};
    code.zero = static_cast<int32_t>(zero->integer(0));
    code.elem_type = zero->elem_type;
  }
  if (!is_eight_bits(code.elem_type)) return {};
  return code;
}

std::optional<Code> read_code(NodeList& list, const Node& node, int scale, int32_t elem_type) {
  auto code = find_code(list, node, scale, elem_type);
  if (code && code->zero_point.empty()) {
    code->zero_point = list.add_scalar(code->scale + "#zero", code->elem_type, 0);
  }
  return code;
}

std::optional<Code> code_of(NodeList& list, const Node& node) {
  const bool reads = is_dequantize(node);
  const ValueType type = list.type(reads ? node.input(0) : node.output(0));
  return read_code(list, node, 1, type.elem_type);
}

std::optional<int> output_scale_input(const Node& node) {
  static const std::map<std::string, int> inputs = {
      {"QLinearConv", 6},
      {"com.microsoft.QLinearConv", 6},
      {"QLinearMatMul", 6},
      {"com.microsoft.QLinearMatMul", 6},
      {"com.microsoft.QGemm", 7},
      {"com.microsoft.QLinearAdd", 6},
      {"com.microsoft.QLinearMul", 6},
      {"hwcvp.QLinearSub", 6},
      {"com.microsoft.QLinearAveragePool", 3},
      {"com.microsoft.QLinearGlobalAveragePool", 3},
      {"com.microsoft.QLinearReduceMean", 3},
      {"com.microsoft.QLinearConcat", 0},
      {"com.microsoft.QLinearSigmoid", 3},
      {"com.microsoft.QLinearLeakyRelu", 3},
      {"hwcvp.Table", 2},
      {"QuantizeLinear", 1},
      {"com.microsoft.QuantizeLinear", 1},
  };
  const auto found = inputs.find(operator_name(node));
  if (found == inputs.end()) return {};
  return found->second;
}

bool is_quantize(const Node& node) {
  return node.op_type() == "QuantizeLinear" && node.input_size() > 1 && node.output_size() == 1;
}
bool is_dequantize(const Node& node) {
  return node.op_type() == "DequantizeLinear" && node.input_size() > 1 && node.output_size() == 1;
}

int32_t quantized(float number, const Code& code) {
  const auto zero = static_cast<float>(code.zero);
  const auto least = static_cast<float>(least_of(code.elem_type)) - zero;
  const auto most = static_cast<float>(most_of(code.elem_type)) - zero;
  const float quotient = number / code.step;
  if (std::isnan(quotient)) return least_of(code.elem_type);  // as the limits are applied to it
  return static_cast<int32_t>(std::nearbyint(std::clamp(quotient, least, most))) + code.zero;
}

float dequantized(int32_t integer, const Code& code) {
  return static_cast<float>(integer - code.zero) * code.step;
}

}  // namespace hwcvp::onnx_import
