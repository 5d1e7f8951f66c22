// What layers need to know of the values of a graph.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// Integers q that stand for the numbers scale * (q - zero_point).
struct Quantization {
  const onnx::TensorProto* scale = nullptr;
  const onnx::TensorProto* zero_point = nullptr;  // null: 0
  int32_t elem_type = onnx::TensorProto::UNDEFINED;
  int64_t axis = 1;  // of scales and zero points that differ between channels
};

// A constant of the graph: an initializer, or what DequantizeLinear makes of one.
struct Constant {
  const onnx::TensorProto* tensor = nullptr;
  std::optional<Quantization> quantization;  // without it the elements are the numbers
};

class Graph {
 public:
  // Refers to the model, which must have been read by read_model().
  explicit Graph(const ModelFile& file);

  // Nodes that are wholly told by a constant: no layer and no operator that is left out.
  bool absorbed(const onnx::NodeProto& node) const { return absorbed_.count(&node) != 0; }

  // Null where the value is computed at run time, and where its elements are not in the file.
  const Constant* constant(const std::string& value) const;

  // Nothing where it could not be inferred.
  std::optional<std::vector<int64_t>> shape(const std::string& value) const;
  int32_t elem_type(const std::string& value) const;

  // How the integers are coded that DequantizeLinear makes a value of; nothing where another node makes it,
  // or the code is not constant.
  std::optional<Quantization> dequantized_from(const std::string& value) const;
  // How the integers are coded that the one use of a value, QuantizeLinear, makes of it; a Relu in between
  // clamps the numbers and leaves their code.
  std::optional<Quantization> quantized_to(const std::string& value) const;

 private:
  // Also constants whose elements are not in the file.
  const Constant* find(const std::string& value) const;
  void add_constant(const onnx::NodeProto& node);
  void add_activation_code(const onnx::NodeProto& node);
  // The code that a QuantizeLinear or DequantizeLinear gives with its inputs 1 and 2.
  std::optional<Quantization> quantization_of(const onnx::NodeProto& node) const;

  std::unordered_map<std::string, const onnx::TypeProto*> types_;
  std::unordered_map<std::string, Constant> constants_;
  std::unordered_map<std::string, Quantization> dequantized_;
  std::unordered_map<std::string, Quantization> quantized_;  // by what goes into QuantizeLinear
  std::unordered_map<std::string, std::string> rectified_;   // what Relu makes of a value
  std::unordered_map<std::string, int> uses_;
  std::unordered_set<const onnx::NodeProto*> absorbed_;
};

}  // namespace hwcvp::onnx_import
