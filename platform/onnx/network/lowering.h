// From the list of nodes, after all passes, to a Graph: what its lowerings share.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// Why a node cannot be an operator of the machine.
class CannotLower {
 public:
  explicit CannotLower(std::string reason) : reason_(std::move(reason)) {}
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

class Lowering {
 public:
  explicit Lowering(NodeList& list) : list_(list) {}

  NodeList& list() { return list_; }
  graph::Graph& graph() { return graph_; }

  // The graph's value of a node's input. Throws CannotLower for constants and values that no operator makes.
  graph::ValueIndex input(const Node& node, int i);
  // The same; a constant of 8-bit integers, with its scale and zero point in the inputs behind, becomes one
  // of the graph's.
  graph::ValueIndex input_or_constant(const Node& node, int i);
  const graph::Value& value(graph::ValueIndex index) const { return graph_.values[index]; }
  bool has_value(const std::string& name) const { return values_.count(name) != 0; }
  graph::ValueIndex value_of(const std::string& name) const { return values_.at(name); }

  // Adds a value of the list's shape. Throws CannotLower where that is not known.
  graph::ValueIndex add_value(const std::string& name, DataType type, float scale, int32_t zero_point);
  graph::ValueIndex add_value(const std::string& name, const Code& code);
  // One that only the graph has.
  graph::ValueIndex add_value(const std::string& name, const Shape& shape, DataType type, float scale,
                              int32_t zero_point);
  // With the type and code of another.
  graph::ValueIndex add_like(const std::string& name, graph::ValueIndex like);

  void add_operator(const Node& node, std::vector<graph::ValueIndex> inputs, graph::ValueIndex output,
                    graph::Action action, const std::string& suffix = "");

  // The code of an operand, which must be that with which it was made. Throws CannotLower.
  Code code(const Node& node, int scale, graph::ValueIndex operand);
  Code output_code(const Node& node, int scale, int32_t elem_type);
  // Elements of a constant input; throws CannotLower where it is none, or not in the file.
  const Array& constant(const Node& node, int i, const char* what);
  Shape shape(const std::string& name) const;
  Attributes attributes(const Node& node) const { return {node, list_.where(node)}; }

 private:
  NodeList& list_;
  graph::Graph graph_;
  std::map<std::string, graph::ValueIndex> values_;
  std::set<std::string> names_;  // of operators
};

DataType machine_type_of(int32_t elem_type);  // int8, uint8, int32 or float32; throws CannotLower

// Where an operator of this name runs, or would run once it is quantized; null for those that the machine
// does not have.
const graph::Engine* engine_of_operator(const std::string& operator_name);

// Adds the operators of a node. Throws CannotLower.
void lower_node(Lowering& to, const Node& node);

// Its parts, by kind of operator.
void lower_convolution(Lowering& to, const Node& node);  // QLinearConv, ConvInteger
void lower_product(Lowering& to, const Node& node);      // QGemm, QLinearMatMul, MatMulInteger
void lower_pooling(Lowering& to, const Node& node);      // MaxPool, averages
void lower_move(Lowering& to, const Node& node);         // Reshape, Slice, Concat, ...

}  // namespace hwcvp::onnx_import
