#include <cmath>

#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

// com.microsoft.QLinearSigmoid and QLinearLeakyRelu (x, x_scale, x_zero_point, y_scale, y_zero_point).
std::optional<Node> as_table(NodeList& list, const Node& node) {
  const std::string name = operator_name(node);
  const bool sigmoid = name == "com.microsoft.QLinearSigmoid";
  if ((!sigmoid && name != "com.microsoft.QLinearLeakyRelu") || !has_input(node, 3)) return {};
  const auto x = read_code(list, node, 1, list.type(node.input(0)).elem_type);
  const auto y = x ? read_code(list, node, 3, x->elem_type) : std::nullopt;
  if (!y) return {};
  const auto alpha = static_cast<float>(Attributes(node, list.where(node)).number("alpha", 0.01F));
  Array entries(onnx::TensorProto::UINT8, {256});
  for (int i = 0; i < 256; ++i) {
    const float number =
        dequantized(x->elem_type == onnx::TensorProto::INT8 ? static_cast<int8_t>(i) : i, *x);
    const float result = sigmoid      ? static_cast<float>(1 / (1 + std::exp(-static_cast<double>(number))))
                         : number < 0 ? number * alpha
                                      : number;
    entries.set_integer(i, quantized(result, *y));
  }
  list.set_type(node.output(0), {y->elem_type, list.type(node.input(0)).dims});
  return make_node("hwcvp", "Table", node.name(),
                   {node.input(0), list.add_constant(node.output(0) + "#entries", std::move(entries)),
                    y->scale, y->zero_point},
                   node.output(0));
}

bool is_table(const Node& node) { return operator_name(node) == "hwcvp.Table"; }

}  // namespace

void make_tables(NodeList& list) {
  for (Node& node : list.nodes) {
    if (auto table = as_table(list, node)) node = std::move(*table);
  }
  const Uses uses(list);
  for (Node& node : list.nodes) {
    if (!is_table(node)) continue;
    const auto maker = uses.maker(node.input(0));
    if (!maker || !is_table(list.nodes[*maker]) || !uses.only_reader(node.input(0))) continue;
    const Node& before = list.nodes[*maker];
    const auto first = list.constant(before.input(1)), second = list.constant(node.input(1));
    Array both(onnx::TensorProto::UINT8, {256});
    for (int64_t i = 0; i < 256; ++i) both.set_integer(i, second->integer(first->integer(i)));
    node.set_input(1, list.add_constant(node.input(1), std::move(both)));
    node.set_input(0, before.input(0));
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
