// A node with what is known of its inputs: what rules for shapes and for constants work on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/shapes/array.h"

namespace hwcvp::onnx_import {

// What is known of a value.
struct ValueType {
  int32_t elem_type = onnx::TensorProto::UNDEFINED;
  std::optional<Dims> dims;  // all fixed, or nothing
};

class NodeContext {
 public:
  using TypeOf = std::function<ValueType(const std::string& value)>;
  using ConstantOf = std::function<std::shared_ptr<const Array>(const std::string& value)>;

  // Refers to the node. `operator_set` is the version of the default domain.
  NodeContext(const onnx::NodeProto& node, int64_t operator_set, const std::string& where, TypeOf type_of,
              ConstantOf constant_of);

  const onnx::NodeProto& node() const { return node_; }
  const Attributes& attributes() const { return attributes_; }
  int64_t operator_set() const { return operator_set_; }
  int outputs() const { return node_.output_size(); }
  int inputs() const { return node_.input_size(); }

  bool has(int i) const { return has_input(node_, i); }
  ValueType type(int i) const;  // nothing known of inputs that are absent
  std::optional<Dims> dims(int i) const { return type(i).dims; }
  int32_t elem_type(int i) const { return type(i).elem_type; }
  std::shared_ptr<const Array> constant(int i) const;  // null where it is not known before the run
  // The elements of a constant of any rank; nothing where the input is absent or not known.
  std::optional<std::vector<int64_t>> integers(int i) const;
  std::optional<std::vector<double>> numbers(int i) const;

  // Axes and sizes that were attributes up to some operator set and are input `i` since: that input where
  // there is one, else the attribute. Nothing where neither is there, or the input is not known.
  std::optional<std::vector<int64_t>> attribute_or_input(const char* name, int i) const;

 private:
  const onnx::NodeProto& node_;
  Attributes attributes_;
  int64_t operator_set_;
  TypeOf type_of_;
  ConstantOf constant_of_;
};

// The axis counted from the front; nothing for one that the rank does not have.
std::optional<size_t> front_axis(int64_t axis, size_t rank);

}  // namespace hwcvp::onnx_import
