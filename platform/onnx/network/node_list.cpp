#include "platform/onnx/network/node_list.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <unordered_set>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/shapes/infer_shapes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

NodeList::NodeList(const ModelFile& file)
    : path(file.path), name(file.model.graph().name()), operator_set(operator_set_of(file)) {
  const onnx::GraphProto& graph = file.model.graph();
  nodes.assign(graph.node().begin(), graph.node().end());
  for (Node& node : nodes) {
    // ONNX Runtime's own of these came first, and are the same.
    const bool same = node.op_type() == "QuantizeLinear" || node.op_type() == "DequantizeLinear";
    if (same && node.domain() == "com.microsoft") node.clear_domain();
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    types_[tensor.name()] = {tensor.data_type(), Dims(tensor.dims().begin(), tensor.dims().end())};
    auto array = read_array(tensor, file.folder,
                            fmt::format("{}: initializer \"{}\"", file.path, printable(tensor.name())));
    std::shared_ptr<const Array> elements;
    if (array) elements = std::make_shared<const Array>(std::move(*array));
    constants_[tensor.name()] = elements;
  }
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (is_constant(input.name())) continue;
    inputs.push_back(input.name());
    types_[input.name()] = value_type(input);
  }
  for (const auto* const values : {&graph.value_info(), &graph.output()}) {
    for (const onnx::ValueInfoProto& value : *values) {
      if (!is_constant(value.name())) types_[value.name()] = value_type(value);
    }
  }
  for (const onnx::ValueInfoProto& output : graph.output()) outputs.push_back(output.name());
}

ValueType NodeList::type(const std::string& value) const {
  const auto found = types_.find(value);
  return found == types_.end() ? ValueType{} : found->second;
}

std::shared_ptr<const Array> NodeList::constant(const std::string& value) const {
  const auto found = constants_.find(value);
  return found == constants_.end() ? nullptr : found->second;
}

std::string NodeList::free_name(const std::string& like) {
  std::string free = like;
  for (int i = 2; types_.count(free) != 0; ++i) free = fmt::format("{}#{}", like, i);
  return free;
}

std::string NodeList::add_constant(const std::string& value, Array array) {
  std::string free = free_name(value);
  types_[free] = {array.elem_type, array.dims};
  constants_[free] = std::make_shared<const Array>(std::move(array));
  return free;
}

std::string NodeList::add_scalar(const std::string& value, int32_t elem_type, double number) {
  Array array(elem_type, {});
  array.set(0, number);
  return add_constant(value, std::move(array));
}

std::string NodeList::new_value(const std::string& like, const ValueType& type) {
  std::string free = free_name(like);
  types_[free] = type;
  return free;
}

std::string NodeList::where(const Node& node) const {
  return fmt::format("{}: node \"{}\" ({})", path, node.name(), printable(node.op_type()));
}

NodeContext NodeList::context(const Node& node) const {
  return {node, operator_set, where(node), [this](const std::string& value) { return type(value); },
          [this](const std::string& value) { return constant(value); }};
}

void NodeList::remove_unused() {
  std::unordered_set<std::string> read(outputs.begin(), outputs.end());
  std::vector<Node> kept;
  for (size_t i = nodes.size(); i-- > 0;) {
    Node& node = nodes[i];
    const bool used = std::any_of(node.output().begin(), node.output().end(),
                                  [&](const std::string& output) { return read.count(output) != 0; });
    if (!used || node.op_type().empty()) continue;
    read.insert(node.input().begin(), node.input().end());
    // Values that subgraphs capture are not followed: their operators are none of the machine's.
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  nodes = std::move(kept);
}

Uses::Uses(const NodeList& list) {
  for (size_t i = 0; i < list.nodes.size(); ++i) {
    for (const std::string& output : list.nodes[i].output()) makers_[output] = i;
    for (const std::string& input : list.nodes[i].input()) readers_[input].push_back(i);
  }
  for (const std::string& output : list.outputs) outputs_[output] = true;
}

std::optional<size_t> Uses::maker(const std::string& value) const {
  const auto found = makers_.find(value);
  if (found == makers_.end() || value.empty()) return {};
  return found->second;
}

const std::vector<size_t>& Uses::readers(const std::string& value) const {
  static const std::vector<size_t> none;
  const auto found = readers_.find(value);
  return found == readers_.end() ? none : found->second;
}

bool Uses::is_output(const std::string& value) const { return outputs_.count(value) != 0; }

std::optional<size_t> Uses::only_reader(const std::string& value) const {
  const std::vector<size_t>& all = readers(value);
  if (all.size() != 1 || is_output(value)) return {};
  return all[0];
}

Node make_node(const std::string& domain, const std::string& op_type, const std::string& name,
               const std::vector<std::string>& inputs, const std::string& output) {
  Node node;
  node.set_domain(domain);
  node.set_op_type(op_type);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void set_integer(Node& node, const std::string& attribute, int64_t value) {
  for (onnx::AttributeProto& existing : *node.mutable_attribute()) {
    if (existing.name() == attribute) return existing.set_i(value);
  }
  onnx::AttributeProto& added = *node.add_attribute();
  added.set_name(attribute);
  added.set_type(onnx::AttributeProto::INT);
  added.set_i(value);
}

void print(std::ostream& out, const NodeList& list) {
  for (const Node& node : list.nodes) {
    std::string inputs, results;
    for (const std::string& input : node.input()) {
      if (!inputs.empty()) inputs += ", ";
      inputs += input.empty() ? "-" : printable(input);
    }
    for (const std::string& output : node.output()) {
      const ValueType type = list.type(output);
      if (!results.empty()) results += ", ";
      results += printable(output) + " " + type_name(type.elem_type);
      if (!type.dims) continue;
      std::string dims;
      for (const int64_t extent : *type.dims) dims += (dims.empty() ? "" : "x") + std::to_string(extent);
      results += "[" + dims + "]";
    }
    fmt::print(out, "  {} = {}({})\n", results, printable(operator_name(node)), inputs);
  }
}

}  // namespace hwcvp::onnx_import
