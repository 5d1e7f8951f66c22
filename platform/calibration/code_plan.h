// Which values of a network in floating point become integers, and which of them share scale and zero point.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

enum class NodeKind : uint8_t {
  product,  // Conv, Gemm, MatMul by constants
  rounded,  // Add, Sub, Mul of two tensors, one of them constant or not, averages: an output with a scale of
            // its own
  unchanged,  // MaxPool and what changes places: inputs and outputs share scale and zero point
  function,   // of the elements of one tensor, which a table can hold
  other,      // stays in floating point
};

class CodePlan {
 public:
  explicit CodePlan(const NodeList& list);

  NodeKind kind(size_t node) const { return kinds_[node]; }
  bool has_code(const std::string& value) const { return coded_.count(value) != 0; }
  // The value that stands for all that share its scale.
  std::string group(const std::string& value) const;
  // A value that only a Relu or Clip reads, whose output then has the code of both; empty for others.
  std::string limited(const std::string& value) const;

 private:
  NodeKind classify(const Node& node);
  bool is_function(const Node& node);
  bool is_constant_operand(const Node& node, int i) const;
  void plan_node(const Node& node, NodeKind kind);
  void join(const std::string& a, const std::string& b);
  bool is_float(const std::string& value) const;
  const std::string& root(const std::string& value) const;

  const NodeList& list_;
  const Uses uses_;
  std::vector<NodeKind> kinds_;
  std::set<std::string> coded_;
  std::unordered_map<std::string, std::string> roots_;   // of functions' outputs: what they are a function of
  std::unordered_map<std::string, std::string> groups_;  // union-find
  std::unordered_map<std::string, std::string> limited_;  // by the value before the limit
};

// Limits of a Relu or Clip with constant limits; nothing for other nodes.
struct ClipLimits {
  float least, most;
};
std::optional<ClipLimits> clip_limits(const NodeList& list, const Node& node);

}  // namespace hwcvp::onnx_import
