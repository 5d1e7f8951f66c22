#include "platform/calibration/code_plan.h"

#include <limits>

#include "platform/onnx/shapes/evaluate.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

bool is_one_of(const std::string& name, const std::set<std::string>& names) { return names.count(name) != 0; }

bool is_constant_or_absent(const NodeList& list, const Node& node, int i) {
  return !has_input(node, i) || list.constant(node.input(i)) != nullptr;
}

// A product of rows by a constant matrix, as the machine has it.
bool is_product(const NodeList& list, const Node& node) {
  if (!has_input(node, 1) || list.is_constant(node.input(0)) || list.constant(node.input(1)) == nullptr ||
      !is_constant_or_absent(list, node, 2)) {
    return false;
  }
  const Attributes attributes(node, list.where(node));
  const auto weights = list.constant(node.input(1));
  if (node.op_type() == "Conv") return true;
  if (weights->dims.size() != 2) return false;
  if (node.op_type() == "MatMul") return true;
  return attributes.integer("transA", 0) == 0 && attributes.number("alpha", 1) == 1 &&
         attributes.number("beta", 1) == 1 &&
         (!has_input(node, 2) || list.constant(node.input(2))->dims.size() == 1);
}

}  // namespace

std::optional<ClipLimits> clip_limits(const NodeList& list, const Node& node) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (node.op_type() == "Relu") return ClipLimits{0, kInfinity};
  if (node.op_type() != "Clip") return {};
  const Attributes attributes(node, list.where(node));
  ClipLimits limits = {static_cast<float>(attributes.number("min", -std::numeric_limits<double>::infinity())),
                       static_cast<float>(attributes.number("max", std::numeric_limits<double>::infinity()))};
  for (int i = 1; i < 3; ++i) {
    if (!has_input(node, i)) continue;
    const auto constant = list.constant(node.input(i));
    if (constant == nullptr || constant->size() != 1) return {};
    (i == 1 ? limits.least : limits.most) = static_cast<float>(constant->number(0));
  }
  return limits;
}

CodePlan::CodePlan(const NodeList& list) : list_(list), uses_(list) {
  for (const Node& node : list.nodes) {
    kinds_.push_back(classify(node));
    plan_node(node, kinds_.back());
  }
}

bool CodePlan::is_float(const std::string& value) const {
  return !value.empty() && !list_.is_constant(value) &&
         list_.type(value).elem_type == onnx::TensorProto::FLOAT;
}

const std::string& CodePlan::root(const std::string& value) const {
  const auto found = roots_.find(value);
  return found == roots_.end() ? value : found->second;
}

// Constants may be single numbers; all else has to come from the same tensor.
bool CodePlan::is_function(const Node& node) {
  const bool known = (node.input_size() == 1 && unary_function(node, list_.where(node))) ||
                     clip_limits(list_, node) ||
                     (node.input_size() == 2 && binary_function(node.op_type()) != nullptr);
  if (!known) return false;
  std::string source;
  for (int i = 0; i < node.input_size(); ++i) {
    if (!has_input(node, i)) continue;
    if (list_.is_constant(node.input(i))) {
      const auto constant = list_.constant(node.input(i));
      if (constant == nullptr || constant->size() != 1) return false;
    } else {
      if (!source.empty() && source != root(node.input(i))) return false;
      source = root(node.input(i));
    }
  }
  return !source.empty();
}

// A constant that the machine's addition or product takes beside a tensor: of the output's shape, or with one
// row and column.
bool CodePlan::is_constant_operand(const Node& node, int i) const {
  const auto constant = list_.constant(node.input(i));
  const auto dims = list_.type(node.output(0)).dims;
  if (constant == nullptr || constant->elem_type != onnx::TensorProto::FLOAT || !dims || dims->empty())
    return false;
  if (constant->dims == *dims) return true;
  if (constant->dims.size() > dims->size() || dims->size() < 3) return false;
  const size_t missing = dims->size() - constant->dims.size();
  for (size_t axis = 0; axis < constant->dims.size(); ++axis) {
    const int64_t extent = constant->dims[axis];
    const size_t of_output = axis + missing;
    if (extent != 1 && (of_output >= 2 || extent != (*dims)[of_output])) return false;
  }
  return true;
}

NodeKind CodePlan::classify(const Node& node) {
  static const std::set<std::string> kProducts = {"Conv", "Gemm", "MatMul"};
  static const std::set<std::string> kBinary = {"Add", "Sub", "Mul"};
  static const std::set<std::string> kAverages = {"AveragePool", "GlobalAveragePool"};
  static const std::set<std::string> kUnchanged = {
      "MaxPool", "Reshape",   "Flatten", "Squeeze", "Unsqueeze",    "Concat",      "Split",
      "Slice",   "Transpose", "Resize",  "Pad",     "DepthToSpace", "SpaceToDepth"};
  const std::string name = operator_name(node);
  for (const std::string& output : node.output()) {
    if (!is_float(output)) return NodeKind::other;
  }
  if (!has_input(node, 0)) return NodeKind::other;
  if (is_function(node)) return NodeKind::function;
  if (is_one_of(name, kProducts)) return is_product(list_, node) ? NodeKind::product : NodeKind::other;
  if (is_one_of(name, kBinary)) {
    const bool a = is_float(node.input(0)), b = is_float(node.input(1));
    return (a && b) || (a && is_constant_operand(node, 1)) || (b && is_constant_operand(node, 0))
               ? NodeKind::rounded
               : NodeKind::other;
  }
  if (is_one_of(name, kAverages)) return NodeKind::rounded;
  if (!is_one_of(name, kUnchanged)) return NodeKind::other;
  if (name == "Concat") {
    for (const std::string& input : node.input()) {
      if (!is_float(input)) return NodeKind::other;
    }
  }
  return is_float(node.input(0)) ? NodeKind::unchanged : NodeKind::other;
}

void CodePlan::plan_node(const Node& node, NodeKind kind) {
  if (kind == NodeKind::other) return;
  const std::string& output = node.output(0);
  if (kind == NodeKind::function) {
    const std::string source =
        root(node.input(0).empty() || list_.is_constant(node.input(0)) ? node.input(1) : node.input(0));
    if (const auto limit = limited_.find(source); limit != limited_.end()) return;  // a merged limit
    coded_.insert(source);
    roots_[output] = source;
    bool inside = !uses_.is_output(output);
    for (const size_t reader : uses_.readers(output)) {
      const Node& next = list_.nodes[reader];
      inside = inside && (clip_limits(list_, next) || unary_function(next, list_.where(next)) ||
                          binary_function(next.op_type()) != nullptr);
    }
    if (inside) return;
    coded_.insert(output);
    roots_.erase(output);
    return;
  }
  const int operands = kind == NodeKind::unchanged && node.op_type() != "Concat" ? 1
                       : kind == NodeKind::product                               ? 1
                                                                                 : node.input_size();
  for (int i = 0; i < operands; ++i) {
    if (!is_float(node.input(i))) continue;
    coded_.insert(node.input(i));
    roots_.erase(node.input(i));
    if (kind == NodeKind::unchanged) join(node.input(i), output);
  }
  for (int i = 1; i < node.output_size(); ++i) {
    coded_.insert(node.output(i));
    join(output, node.output(i));
  }
  if (const auto reader = uses_.only_reader(output); reader && kind != NodeKind::unchanged) {
    const Node& next = list_.nodes[*reader];
    if (clip_limits(list_, next)) {
      limited_[output] = next.output(0);
      coded_.insert(next.output(0));
      return;
    }
  }
  coded_.insert(output);
}

std::string CodePlan::limited(const std::string& value) const {
  const auto found = limited_.find(value);
  return found == limited_.end() ? "" : found->second;
}

std::string CodePlan::group(const std::string& value) const {
  std::string at = value;
  for (auto next = groups_.find(at); next != groups_.end(); next = groups_.find(at)) at = next->second;
  return at;
}

void CodePlan::join(const std::string& a, const std::string& b) {
  const std::string first = group(a), second = group(b);
  if (first != second) groups_[second] = first;
}

}  // namespace hwcvp::onnx_import
