// Builds ONNX models with the ONNX library.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hwcvp {

using Dims = std::vector<int64_t>;

// A tensor with elements in the field of their type.
onnx::TensorProto float_tensor(const std::string& name, const Dims& dims, const std::vector<float>& values);
// Of any integer type that is kept in int32_data, or of INT64.
onnx::TensorProto integer_tensor(const std::string& name, onnx::TensorProto::DataType type, const Dims& dims,
                                 const std::vector<int32_t>& values);
// Floats that differ, none of them zero.
onnx::TensorProto some_floats(const std::string& name, const Dims& dims);

// The node that add() returns, to set attributes on.
class NodeBuilder {
 public:
  explicit NodeBuilder(onnx::NodeProto& node) : node_(node) {}
  NodeBuilder& set(const char* name, int64_t value);
  NodeBuilder& set(const char* name, const Dims& values);
  NodeBuilder& set_text(const char* name, const char* text);
  NodeBuilder& set_number(const char* name, float value);
  NodeBuilder& set(const char* name, const onnx::TensorProto& value);
  onnx::NodeProto& node() { return node_; }

 private:
  onnx::AttributeProto& attribute(const char* name, onnx::AttributeProto::AttributeType type);

  onnx::NodeProto& node_;
};

class ModelBuilder {
 public:
  explicit ModelBuilder(int64_t operator_set = 13, int64_t ir_version = 8);

  ModelBuilder& input(const std::string& name, const Dims& dims,
                      onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT);
  // The shape is left to inference.
  ModelBuilder& output(const std::string& name, onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT);
  ModelBuilder& initializer(const onnx::TensorProto& tensor);
  NodeBuilder add(const std::string& name, const std::string& op_type, const std::vector<std::string>& inputs,
                  const std::vector<std::string>& outputs);

  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }
  std::string bytes() const { return model_.SerializeAsString(); }

 private:
  onnx::ModelProto model_;
};

// An input x, weights w of the given sizes, an output y, and between them a Conv node "conv".
struct ConvModel : ModelBuilder {
  ConvModel(const Dims& x, const Dims& w, int64_t operator_set = 13);
  NodeBuilder conv() { return NodeBuilder(*graph().mutable_node(0)); }
};

}  // namespace hwcvp
