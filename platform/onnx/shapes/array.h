// Constants of a graph, with their elements at hand.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace hwcvp::onnx_import {

using Dims = std::vector<int64_t>;

// Product of the dimensions; nothing where one is negative or it does not fit into 62 bits.
std::optional<int64_t> element_product(const Dims& dims);

// Bytes of one element: 1 to 8, or 0 for types whose elements are not numbers of whole bytes.
int64_t element_bytes(int32_t elem_type);
bool is_floating_type(int32_t elem_type);  // float16, float32, float64
bool is_integer_type(int32_t elem_type);   // 8 to 64 bits, bool included

// Dense elements in row-major order, little-endian.
struct Array {
  int32_t elem_type = onnx::TensorProto::UNDEFINED;
  Dims dims;
  std::string bytes;

  Array() = default;
  // All zero. Of a type with element_bytes(), and dimensions with a product.
  Array(int32_t type, Dims shape);

  int64_t size() const { return static_cast<int64_t>(bytes.size()) / element_bytes(elem_type); }
  double number(int64_t i) const;     // of any type but 64-bit integers beyond 2^53, exactly
  int64_t integer(int64_t i) const;   // of integer types; floating-point numbers lose their fraction
  void set(int64_t i, double value);  // rounded as a cast does; integers are cut and wrap
  void set_integer(int64_t i, int64_t value);
};

// The elements of a checked tensor. Nothing for types without element_bytes(), and where its data is not in
// the file. Throws InputError, with a line that begins with `where`, for another file that cannot be read.
std::optional<Array> read_array(const onnx::TensorProto& tensor, const std::string& folder,
                                const std::string& where);

onnx::TensorProto to_tensor(const Array& array, const std::string& name);

}  // namespace hwcvp::onnx_import
