#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

bool changes_nothing(const NodeList& list, const Node& node, const Uses& uses) {
  const std::string name = operator_name(node);
  if (node.input_size() == 0 || node.output_size() == 0) return false;
  if (name == "Dropout") {
    return node.output_size() == 1 ||
           (uses.readers(node.output(1)).empty() && !uses.is_output(node.output(1)));
  }
  if (name == "Cast") {
    const ValueType from = list.type(node.input(0)), to = list.type(node.output(0));
    return from.elem_type == to.elem_type && from.elem_type != onnx::TensorProto::UNDEFINED;
  }
  return name == "Identity";
}

}  // namespace

void remove_identities(NodeList& list) {
  const Uses uses(list);
  std::unordered_map<std::string, std::string> same;
  for (Node& node : list.nodes) {
    for (std::string& input : *node.mutable_input()) {
      const auto found = same.find(input);
      if (found != same.end()) input = found->second;
    }
    if (!changes_nothing(list, node, uses)) continue;
    if (uses.is_output(node.output(0))) {
      // The name is the network's; it stays as a view of the other.
      const std::string input = node.input(0), output = node.output(0);
      node = make_node("", "Identity", node.name(), {input}, output);
    } else {
      same[node.output(0)] = node.input(0);
    }
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
