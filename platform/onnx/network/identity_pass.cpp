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

// A value that the file does not have, so that it may take the name of one that is the same.
bool is_made_up(const std::string& value) { return value.find(kMadeUp) != std::string::npos; }

using Names = std::unordered_map<std::string, std::string>;

const std::string& resolved(const Names& names, const std::string& value) {
  const std::string* name = &value;
  for (auto found = names.find(*name); found != names.end(); found = names.find(*name)) name = &found->second;
  return *name;
}

}  // namespace

void remove_identities(NodeList& list) {
  const Uses uses(list);
  Names names;
  for (Node& node : list.nodes) {
    if (!changes_nothing(list, node, uses)) continue;
    const std::string input = resolved(names, node.input(0)), output = node.output(0);
    if (is_made_up(input) && uses.maker(input) && !uses.is_output(input)) {
      names[input] = output;
      list.set_type(output, list.type(input));
      node.Clear();
    } else if (uses.is_output(output)) {
      // The name is the network's; it stays as a view of the other.
      node = make_node("", "Identity", node.name(), {input}, output);
    } else {
      names[output] = input;
      node.Clear();
    }
  }
  for (Node& node : list.nodes) {
    for (std::string& input : *node.mutable_input()) input = resolved(names, input);
    for (std::string& output : *node.mutable_output()) output = resolved(names, output);
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
