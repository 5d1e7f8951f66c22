#include <algorithm>

#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

// The limits of a table that does nothing else.
std::optional<std::pair<int32_t, int32_t>> limits_of_table(const Array& entries, int32_t elem_type) {
  const auto as_integer = [&](int64_t bits) {
    return elem_type == onnx::TensorProto::INT8 ? static_cast<int8_t>(bits) : static_cast<int32_t>(bits);
  };
  const auto entry = [&](int32_t integer) {
    return as_integer(entries.integer(static_cast<uint8_t>(integer)));
  };
  const int32_t least = least_of(elem_type), most = most_of(elem_type);
  const int32_t low = entry(least), high = entry(most);
  if (low > high) return {};
  for (int32_t i = least; i <= most; ++i) {
    if (entry(i) != std::clamp(i, low, high)) return {};
  }
  return std::pair(low, high);
}

bool takes_limits(const Node& node) {
  const std::string name = operator_name(node);
  return output_scale_input(node) && name != "hwcvp.Table" && name != "com.microsoft.QLinearConcat" &&
         name.find("QuantizeLinear") == std::string::npos;
}

}  // namespace

void merge_limits(NodeList& list) {
  const Uses uses(list);
  for (Node& table : list.nodes) {
    if (operator_name(table) != "hwcvp.Table") continue;
    const auto maker = uses.maker(table.input(0));
    if (!maker || !uses.only_reader(table.input(0)) || !takes_limits(list.nodes[*maker])) continue;
    Node& node = list.nodes[*maker];
    const int32_t type = list.type(table.input(0)).elem_type;
    const auto own = read_code(list, node, *output_scale_input(node), type);
    const auto after = read_code(list, table, 2, type);
    if (!own || !after || *own != *after) continue;
    const auto limits = limits_of_table(*list.constant(table.input(1)), own->elem_type);
    if (!limits) continue;
    const Attributes attributes(node, list.where(node));
    const auto limited = [&](int64_t value) {
      return std::clamp<int64_t>(value, limits->first, limits->second);
    };
    set_integer(node, "output_min", limited(attributes.integer("output_min", least_of(own->elem_type))));
    set_integer(node, "output_max", limited(attributes.integer("output_max", most_of(own->elem_type))));
    node.set_output(0, table.output(0));
    table.Clear();
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
