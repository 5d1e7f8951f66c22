// An ONNX model that is being written: nodes, constants and names.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/onnx_export/onnx_export.h"

namespace hwcvp::onnx_export {

onnx::TensorProto::DataType onnx_type(DataType type);

class ModelWriter {
 public:
  // Values keep their names, and operators those of their nodes. Throws InputError where two have one.
  ModelWriter(const graph::Graph& graph, OnnxForm form);

  bool is_floating_point() const { return form_ == OnnxForm::floating_point; }

  // A tensor of the graph that no operator makes.
  void write_constant(const graph::Value& value, const HostTensor& integers);

  // Begins the nodes of an operator: what follows is named after it.
  void begin(const graph::Operator& op);
  // A name for a value: the operator's with `role`, and a number where that is taken.
  std::string fresh(const std::string& role);
  // Another node of it. Without outputs, it has one, named after the operator and `role`.
  onnx::NodeProto& node(const std::string& type, const std::string& role, std::vector<std::string> inputs,
                        const std::string& output = "");
  // The node of the operator itself, which has its name.
  onnx::NodeProto& main_node(const std::string& type, std::vector<std::string> inputs,
                             const std::string& output = "");

  // Constants, by the names that they get.
  std::string constant(const std::string& role, const std::vector<float>& values, bool scalar = false);
  std::string constant(const std::string& role, const std::vector<int64_t>& values);
  std::string constant(const std::string& role, const std::vector<int32_t>& values);
  // Of one integer of the type.
  std::string zero_point(const std::string& role, DataType type, int32_t value);
  // Real numbers of a shape.
  std::string constant(const std::string& role, const Shape& shape, const std::vector<float>& values);
  // Of `count` zeros of int8.
  std::string zeros(const std::string& role, int64_t count);
  // Of 8-bit elements.
  std::string constant(const std::string& role, DataType type, const Shape& shape, const uint8_t* bytes);

  // The integers of a value as real numbers, by a node of its own; what DequantizeLinear gives. In floating
  // point, the value itself.
  std::string dequantized(const graph::Value& value, const std::string& role);
  // Quantizes what `input` names to the value, under its name or the one given. In floating point, that is
  // Identity.
  void quantize(const std::string& input, const graph::Value& value, const std::string& name = "",
                const std::string& role = "quantized");
  // The elements of `input` in another shape.
  std::string reshaped(const std::string& input, const Shape& shape, const std::string& role,
                       const std::string& output = "");

  // The output of a node.
  static const std::string& output_of(const onnx::NodeProto& node) { return node.output(0); }

  const onnx::ModelProto& model() const { return model_; }

 private:
  onnx::TensorProto& initializer(const std::string& role, onnx::TensorProto::DataType type);

  const OnnxForm form_;
  onnx::ModelProto model_;
  std::unordered_set<std::string> names_;  // of values and constants
  std::string prefix_;                     // the operator's name
};

void set_attribute(onnx::NodeProto& node, const char* name, int64_t value);
void set_attribute(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values);
void set_attribute(onnx::NodeProto& node, const char* name, const char* text);

}  // namespace hwcvp::onnx_export
