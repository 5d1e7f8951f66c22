// The elements of a tensor in a model file, wherever they are kept: in a field of their type, as raw bytes,
// or in a file beside the model.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace hwcvp::onnx_import {

// Number from the bits of an IEEE 754 half.
double half_to_double(uint16_t bits);

// "float32", "uint8"; the number for types without a common name.
std::string type_name(int32_t elem_type);

// Whether the tensor's elements are in the file or beside it. Where they are not, its shape is all that is
// known.
bool has_data(const onnx::TensorProto& tensor);

// Throws InputError, with a line that begins with `where`, unless the tensor's dimensions are sizes whose
// product does not overflow, it holds exactly the elements that they promise or none at all, and data in
// another file lies in the folder of the model or below it and is as long as it should be. Elements of types
// of less than a byte, and of 8-bit floating point, are not looked at.
void check_tensor(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where);

// Product of the dimensions of a checked tensor.
int64_t element_count(const onnx::TensorProto& tensor);

// Elements as numbers. Knows float16, float32, float64, int8, uint8, int16 and int32.
class TensorElements {
 public:
  // Of a checked tensor, which it refers to. Reads an external file. Throws InputError, with a line that
  // begins with `where`, for other types and for files that cannot be read.
  TensorElements(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where);
  TensorElements(const TensorElements&) = delete;  // base_ may point into external_
  TensorElements& operator=(const TensorElements&) = delete;

  int64_t size() const { return size_; }

  // Calls use(index, number) for each element in row-major order.
  template <typename Use>
  void for_each(Use&& use) const {
    switch (kind_) {
      case Kind::half:
        return loop<uint16_t>(use, [](uint16_t bits) { return half_to_double(bits); });
      case Kind::float32:
        return loop<float>(use);
      case Kind::float64:
        return loop<double>(use);
      case Kind::int8:
        return loop<int8_t>(use);
      case Kind::uint8:
        return loop<uint8_t>(use);
      case Kind::int16:
        return loop<int16_t>(use);
      case Kind::int32:
        return loop<int32_t>(use);
    }
  }

 private:
  enum class Kind { half, float32, float64, int8, uint8, int16, int32 };

  static Kind kind_of(int32_t elem_type, const std::string& where);

  template <typename Element, typename Use>
  void loop(Use&& use) const {
    loop<Element>(use, [](Element element) { return static_cast<double>(element); });
  }
  template <typename Element, typename Use, typename Convert>
  void loop(Use&& use, Convert&& convert) const {
    for (int64_t i = 0; i < size_; ++i) {
      Element element;
      std::memcpy(&element, base_ + i * stride_, sizeof element);
      use(i, convert(element));
    }
  }

  Kind kind_;
  int64_t size_;
  const char* base_ = nullptr;
  int64_t stride_ = 0;  // bytes from one element to the next
  std::string external_;
};

}  // namespace hwcvp::onnx_import
