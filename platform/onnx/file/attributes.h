// The attributes of a node, with their types checked.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hwcvp::onnx_import {

// Whether a node's input `i` is present.
inline bool has_input(const onnx::NodeProto& node, int i) {
  return node.input_size() > i && !node.input(i).empty();
}

// Each getter gives `otherwise` where the attribute is absent and throws InputError, with a line that begins
// with `where`, where it has another type.
class Attributes {
 public:
  // Refers to the node.
  Attributes(const onnx::NodeProto& node, std::string where) : node_(node), where_(std::move(where)) {}

  bool has(const char* name) const { return find(name) != nullptr; }
  int64_t integer(const char* name, int64_t otherwise) const;
  double number(const char* name, double otherwise) const;
  std::string text(const char* name, const std::string& otherwise) const;
  std::vector<int64_t> list(const char* name) const;        // of any length; empty where absent
  const onnx::TensorProto* tensor(const char* name) const;  // null where absent
  std::vector<double> number_list(const char* name) const;
  // Also throws unless there are as many integers as in `otherwise`.
  std::vector<int64_t> integers(const char* name, const std::vector<int64_t>& otherwise) const;

 private:
  const onnx::AttributeProto* find(const char* name) const;
  const onnx::AttributeProto* find(const char* name, onnx::AttributeProto::AttributeType type) const;

  const onnx::NodeProto& node_;
  std::string where_;
};

}  // namespace hwcvp::onnx_import
