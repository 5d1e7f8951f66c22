#include "platform/onnx/network/function_columns.h"

#include <algorithm>

#include "platform/onnx/shapes/evaluate.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

constexpr int kMostSteps = 100;

Column filled(double number) {
  Column column;
  column.fill(static_cast<float>(number));
  return column;
}

}  // namespace

bool FunctionColumns::is_plain(const std::string& value) const {
  const auto maker = uses_.maker(value);
  return maker && is_dequantize(list_.nodes[*maker]);
}

std::optional<Column> FunctionColumns::column(const std::string& value, int depth) {
  if (depth == kMostSteps) return {};
  const auto known = columns_.find(value);
  if (known != columns_.end()) return known->second;
  auto made = make(value, depth);
  columns_[value] = made;
  return made;
}

std::optional<Column> FunctionColumns::make(const std::string& value, int depth) {
  if (list_.is_constant(value)) {
    const auto array = list_.constant(value);
    if (array == nullptr || array->size() != 1 || !is_floating_type(array->elem_type)) return {};
    return filled(array->number(0));
  }
  const auto maker = uses_.maker(value);
  if (!maker) return {};
  const Node node = list_.nodes[*maker];
  if (!node.domain().empty() || node.output_size() != 1) return {};
  if (is_dequantize(node)) return dequantize(node);
  if (node.op_type() == "Clip") return make_clip(node, depth);
  if (const auto function = unary_function(node, list_.where(node)); function && node.input_size() == 1) {
    auto column = this->column(node.input(0), depth + 1);
    if (!column) return {};
    for (float& number : *column) number = static_cast<float>(function(static_cast<double>(number)));
    return column;
  }
  const auto function = binary_function(node.op_type());
  if (function == nullptr || node.input_size() != 2) return {};
  const auto a = column(node.input(0), depth + 1), b = column(node.input(1), depth + 1);
  if (!a || !b) return {};
  Column column;
  for (size_t i = 0; i < column.size(); ++i) {
    column[i] = static_cast<float>(function(static_cast<double>((*a)[i]), static_cast<double>((*b)[i])));
  }
  return column;
}

std::optional<Column> FunctionColumns::make_clip(const Node& node, int depth) {
  auto column = this->column(node.input(0), depth + 1);
  if (!column) return {};
  const Attributes attributes(node, list_.where(node));
  for (int i = 1; i < 3; ++i) {
    const char* const name = i == 1 ? "min" : "max";
    double limit = attributes.number(name, 0);
    if (has_input(node, i)) {
      const auto array = list_.constant(node.input(i));
      if (array == nullptr || array->size() != 1) return {};
      limit = array->number(0);
    } else if (!attributes.has(name)) {
      continue;
    }
    const auto bound = static_cast<float>(limit);
    for (float& number : *column) number = i == 1 ? std::max(number, bound) : std::min(number, bound);
  }
  return column;
}

std::optional<Column> FunctionColumns::dequantize(const Node& node) {
  const auto code = code_of(list_, node);
  if (!code) return {};
  if (list_.is_constant(node.input(0))) {
    const auto array = list_.constant(node.input(0));
    if (array == nullptr || array->size() != 1) return {};
    return filled(dequantized(static_cast<int32_t>(array->integer(0)), *code));
  }
  if (!source_.empty() && (source_ != node.input(0) || code_ != *code)) return {};
  source_ = node.input(0);
  code_ = *code;
  Column column;
  for (int i = 0; i < 256; ++i) {
    const int32_t integer = code->elem_type == onnx::TensorProto::INT8 ? static_cast<int8_t>(i) : i;
    column[static_cast<size_t>(i)] = dequantized(integer, *code);
  }
  return column;
}

}  // namespace hwcvp::onnx_import
