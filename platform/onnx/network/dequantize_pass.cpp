#include <set>

#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

// DequantizeLinear nodes of one scale, by output.
struct Dequantized {
  std::string integers;
  Code code;
};

bool only_moves(const NodeList& list, const Node& node) {
  static const std::set<std::string> names = {"DepthToSpace", "Flatten",      "GlobalMaxPool", "Identity",
                                              "MaxPool",      "Pad",          "Reshape",       "Resize",
                                              "Slice",        "SpaceToDepth", "Split",         "Squeeze",
                                              "Transpose",    "Unsqueeze",    "Upsample"};
  const std::string name = operator_name(node);
  if (names.count(name) == 0 || !has_input(node, 0)) return false;
  if (name == "MaxPool" && node.output_size() != 1) return false;
  if (name != "Resize" && name != "Upsample") return true;
  return Attributes(node, list.where(node)).text("mode", "nearest") == "nearest";
}

// Gives a Pad the integer that stands for its number; false where none does.
bool set_fill(NodeList& list, Node& node, const Code& code) {
  const Attributes attributes(node, list.where(node));
  if (attributes.text("mode", "constant") != "constant") return true;
  double fill = attributes.number("value", 0);
  if (has_input(node, 2)) {
    const auto value = list.constant(node.input(2));
    if (value == nullptr || value->size() != 1) return false;
    fill = value->number(0);
  }
  const int32_t integer = quantized(static_cast<float>(fill), code);
  if (static_cast<double>(dequantized(integer, code)) != fill) return false;
  if (list.operator_set < 11) {
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (attribute.name() == "value") {
        attribute.set_f(static_cast<float>(integer));
        return true;
      }
    }
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name("value");
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(static_cast<float>(integer));
    return true;
  }
  const std::string value = list.add_scalar(node.name() + "#fill", code.elem_type, integer);
  while (node.input_size() < 3) node.add_input("");
  node.set_input(2, value);
  return true;
}

class Mover {
 public:
  explicit Mover(NodeList& list) : list_(list) {}

  void run() {
    std::vector<Node> before;
    before.swap(list_.nodes);
    for (Node& node : before) {
      if (is_dequantize(node)) {
        if (const auto code = code_of(list_, node)) dequantized_[node.output(0)] = {node.input(0), *code};
      } else if (const auto source = source_of(node)) {
        move(node, *source);
        continue;
      }
      list_.nodes.push_back(std::move(node));
    }
    list_.remove_unused();
  }

 private:
  // Where all that the node moves is dequantized alike.
  std::optional<Dequantized> source_of(Node& node) {
    const bool joins = operator_name(node) == "Concat" && node.input_size() > 0;
    if (!joins && !only_moves(list_, node)) return {};
    const auto found = dequantized_.find(node.input(0));
    if (found == dequantized_.end()) return {};
    const Dequantized source = found->second;
    if (joins) {
      for (const std::string& input : node.input()) {
        const auto other = dequantized_.find(input);
        if (other == dequantized_.end() || other->second.code != source.code) return {};
      }
    }
    if (node.op_type() == "Pad" && !set_fill(list_, node, source.code)) return {};
    return source;
  }

  void move(Node& node, const Dequantized& source) {
    node.set_input(0, source.integers);
    if (node.op_type() == "Concat") {
      for (std::string& input : *node.mutable_input()) {
        const auto found = dequantized_.find(input);
        if (found != dequantized_.end()) input = found->second.integers;
      }
    }
    std::vector<std::string> outputs(node.output().begin(), node.output().end());
    for (int i = 0; i < node.output_size(); ++i) {
      ValueType type = list_.type(outputs[static_cast<size_t>(i)]);
      type.elem_type = source.code.elem_type;
      node.set_output(i, list_.new_value(outputs[static_cast<size_t>(i)] + kMadeUp, type));
    }
    list_.nodes.push_back(node);
    for (int i = 0; i < node.output_size(); ++i) {
      const std::string& output = outputs[static_cast<size_t>(i)];
      dequantized_[output] = {node.output(i), source.code};
      list_.nodes.push_back(make_node("", "DequantizeLinear", output,
                                      {node.output(i), source.code.scale, source.code.zero_point}, output));
    }
  }

  NodeList& list_;
  std::unordered_map<std::string, Dequantized> dequantized_;
};

}  // namespace

void move_dequantize(NodeList& list) { Mover(list).run(); }

}  // namespace hwcvp::onnx_import
