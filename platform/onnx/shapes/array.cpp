#include "platform/onnx/shapes/array.h"

#include <cmath>
#include <limits>

#include "platform/onnx/file/external_data.h"
#include "platform/onnx/file/tensor_elements.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

template <typename Element>
Element element_at(const std::string& bytes, int64_t i) {
  Element element;
  std::memcpy(&element, bytes.data() + i * static_cast<int64_t>(sizeof element), sizeof element);
  return element;
}

template <typename Element>
void put(std::string& bytes, int64_t i, Element element) {
  std::memcpy(bytes.data() + i * static_cast<int64_t>(sizeof element), &element, sizeof element);
}

int64_t to_integer(double value) {
  constexpr double kMost = 9223372036854774784.0;  // the largest double below 2^63
  if (std::isnan(value)) return 0;
  return static_cast<int64_t>(std::min(std::max(value, -kMost), kMost));
}

// The nearest half, ties to even.
uint16_t to_half(double value) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const double magnitude = std::abs(value);
  if (std::isnan(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const int step = std::max(exponent - 11, -24);  // of the last bit
  const auto steps = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, -step)));
  if (steps == 0) return sign;
  // Normal numbers have steps of 2^10 to 2^11; a carry goes into the exponent as it should.
  const uint32_t bits = step == -24 ? steps : ((static_cast<uint32_t>(step + 24) << 10) + steps);
  return static_cast<uint16_t>(sign | bits);
}

template <typename Number, typename Field>
std::string packed(const Field& field) {
  std::string bytes;
  bytes.reserve(static_cast<size_t>(field.size()) * sizeof(Number));
  for (const auto value : field) {
    const auto number = static_cast<Number>(value);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  return bytes;
}

std::string field_bytes(const TensorProto& tensor) {
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return packed<float>(tensor.float_data());
    case TensorProto::DOUBLE:
      return packed<double>(tensor.double_data());
    case TensorProto::INT64:
      return packed<int64_t>(tensor.int64_data());
    case TensorProto::UINT64:
      return packed<uint64_t>(tensor.uint64_data());
    case TensorProto::UINT32:
      return packed<uint32_t>(tensor.uint64_data());
    case TensorProto::INT32:
      return packed<int32_t>(tensor.int32_data());
    default:
      return element_bytes(tensor.data_type()) == 2 ? packed<uint16_t>(tensor.int32_data())
                                                    : packed<uint8_t>(tensor.int32_data());
  }
}

}  // namespace

std::optional<int64_t> element_product(const Dims& dims) {
  int64_t count = 1;
  for (const int64_t extent : dims) {
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count) || count > INT64_MAX / 2) return {};
  }
  return count;
}

int64_t element_bytes(int32_t elem_type) {
  switch (elem_type) {
    case TensorProto::INT8:
    case TensorProto::UINT8:
    case TensorProto::BOOL:
      return 1;
    case TensorProto::INT16:
    case TensorProto::UINT16:
    case TensorProto::FLOAT16:
      return 2;
    case TensorProto::FLOAT:
    case TensorProto::INT32:
    case TensorProto::UINT32:
      return 4;
    case TensorProto::DOUBLE:
    case TensorProto::INT64:
    case TensorProto::UINT64:
      return 8;
    default:
      return 0;
  }
}

bool is_floating_type(int32_t elem_type) {
  return elem_type == TensorProto::FLOAT || elem_type == TensorProto::DOUBLE ||
         elem_type == TensorProto::FLOAT16;
}

bool is_integer_type(int32_t elem_type) {
  return element_bytes(elem_type) > 0 && !is_floating_type(elem_type);
}

Array::Array(int32_t type, Dims shape)
    : elem_type(type),
      dims(std::move(shape)),
      bytes(static_cast<size_t>(element_product(dims).value() * element_bytes(type)), '\0') {}

double Array::number(int64_t i) const {
  switch (elem_type) {
    case TensorProto::FLOAT:
      return element_at<float>(bytes, i);
    case TensorProto::DOUBLE:
      return element_at<double>(bytes, i);
    case TensorProto::FLOAT16:
      return half_to_double(element_at<uint16_t>(bytes, i));
    default:
      return static_cast<double>(integer(i));
  }
}

int64_t Array::integer(int64_t i) const {
  switch (elem_type) {
    case TensorProto::INT8:
      return element_at<int8_t>(bytes, i);
    case TensorProto::UINT8:
    case TensorProto::BOOL:
      return element_at<uint8_t>(bytes, i);
    case TensorProto::INT16:
      return element_at<int16_t>(bytes, i);
    case TensorProto::UINT16:
      return element_at<uint16_t>(bytes, i);
    case TensorProto::INT32:
      return element_at<int32_t>(bytes, i);
    case TensorProto::UINT32:
      return element_at<uint32_t>(bytes, i);
    case TensorProto::INT64:
    case TensorProto::UINT64:
      return element_at<int64_t>(bytes, i);
    default:
      return to_integer(number(i));
  }
}

void Array::set(int64_t i, double value) {
  switch (elem_type) {
    case TensorProto::FLOAT:
      return put(bytes, i, static_cast<float>(value));
    case TensorProto::DOUBLE:
      return put(bytes, i, value);
    case TensorProto::FLOAT16:
      return put(bytes, i, to_half(value));
    case TensorProto::BOOL:
      return put(bytes, i, static_cast<uint8_t>(value != 0));
    default:
      return set_integer(i, to_integer(value));
  }
}

void Array::set_integer(int64_t i, int64_t value) {
  if (is_floating_type(elem_type)) return set(i, static_cast<double>(value));
  if (elem_type == TensorProto::BOOL) value = value != 0 ? 1 : 0;
  std::memcpy(bytes.data() + i * element_bytes(elem_type), &value,
              static_cast<size_t>(element_bytes(elem_type)));
}

std::optional<Array> read_array(const TensorProto& tensor, const std::string& folder,
                                const std::string& where) {
  if (element_bytes(tensor.data_type()) == 0 || !has_data(tensor)) return {};
  Array array;
  array.elem_type = tensor.data_type();
  array.dims.assign(tensor.dims().begin(), tensor.dims().end());
  const int64_t bytes = element_count(tensor) * element_bytes(tensor.data_type());
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    array.bytes = read_external_data(locate_external_data(tensor, bytes, folder, where), where);
  } else {
    array.bytes = tensor.has_raw_data() ? tensor.raw_data() : field_bytes(tensor);
  }
  return array;
}

TensorProto to_tensor(const Array& array, const std::string& name) {
  TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(array.elem_type);
  for (const int64_t extent : array.dims) tensor.add_dims(extent);
  tensor.set_raw_data(array.bytes);
  return tensor;
}

}  // namespace hwcvp::onnx_import
