// The small internal form that passes work on: nodes in an order in which they can run, as ONNX has them,
// with what is known of their values.
//
// Beside the operators of ONNX and of ONNX Runtime ("com.microsoft"), it has some of its own, of the domain
// "hwcvp":
//   Table (x, entries, y_scale, y_zero_point)     a function of an 8-bit element: 256 entries by its bits
//   QLinearSub (a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point)
// and the attributes output_min and output_max of quantized operators: limits of the output's integers.
// Convolutions and products without y_scale and y_zero_point make numbers of their accumulators.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/onnx/file/model_file.h"
#include "platform/onnx/shapes/node_context.h"

namespace hwcvp::onnx_import {

using Node = onnx::NodeProto;

// Ends the names of integers that passes make of the file's numbers.
inline constexpr const char* kMadeUp = "#integers";

class NodeList {
 public:
  // Of a model that read_model() has read.
  explicit NodeList(const ModelFile& file);

  std::string path;
  std::string name;  // of the graph
  int64_t operator_set = 0;
  std::vector<Node> nodes;
  std::vector<std::string> inputs, outputs;  // constants are no inputs

  ValueType type(const std::string& value) const;
  void set_type(const std::string& value, const ValueType& type) { types_[value] = type; }

  // Null for values that are computed, and constants whose elements are not in the file.
  std::shared_ptr<const Array> constant(const std::string& value) const;
  bool is_constant(const std::string& value) const { return constants_.count(value) != 0; }
  // Of the name, or of one like it that is free.
  std::string add_constant(const std::string& value, Array array);
  std::string add_scalar(const std::string& value, int32_t elem_type, double number);
  std::string new_value(const std::string& like, const ValueType& type);

  NodeContext context(const Node& node) const;
  // "FILE: node "NAME" (OPERATOR)".
  std::string where(const Node& node) const;

  // Takes away nodes whose outputs nobody reads, and those that have no operator left.
  void remove_unused();

 private:
  std::string free_name(const std::string& like);

  std::unordered_map<std::string, ValueType> types_;
  std::unordered_map<std::string, std::shared_ptr<const Array>> constants_;
};

// Who makes and who reads each value; of a list that does not change meanwhile.
class Uses {
 public:
  explicit Uses(const NodeList& list);

  // Index of the node that makes a value; nothing for inputs and constants.
  std::optional<size_t> maker(const std::string& value) const;
  // Indices of the nodes that read it, once for each time.
  const std::vector<size_t>& readers(const std::string& value) const;
  bool is_output(const std::string& value) const;
  // The only reader; nothing where there are others, and for outputs of the network.
  std::optional<size_t> only_reader(const std::string& value) const;

 private:
  std::unordered_map<std::string, size_t> makers_;
  std::unordered_map<std::string, std::vector<size_t>> readers_;
  std::unordered_map<std::string, bool> outputs_;
};

Node make_node(const std::string& domain, const std::string& op_type, const std::string& name,
               const std::vector<std::string>& inputs, const std::string& output);
void set_integer(Node& node, const std::string& attribute, int64_t value);

// A line for each node: output, operator, inputs, shape and type.
void print(std::ostream& out, const NodeList& list);

}  // namespace hwcvp::onnx_import
