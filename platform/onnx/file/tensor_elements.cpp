#include "platform/onnx/file/tensor_elements.h"

#include <fmt/format.h>

#include <cmath>

#include "platform/onnx/file/external_data.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

// How elements of a type are kept: their size as raw bytes, and the field that holds them otherwise.
struct Storage {
  int64_t raw_bytes = 0;  // 0: not a type with raw bytes
  int64_t field_elements = 0;
  bool two_a_number = false;  // complex numbers take two entries of the field
};

Storage storage_of(const TensorProto& tensor) {
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return {4, tensor.float_data_size()};
    case TensorProto::COMPLEX64:
      return {8, tensor.float_data_size(), true};
    case TensorProto::DOUBLE:
      return {8, tensor.double_data_size()};
    case TensorProto::COMPLEX128:
      return {16, tensor.double_data_size(), true};
    case TensorProto::INT32:
      return {4, tensor.int32_data_size()};
    case TensorProto::INT16:
    case TensorProto::UINT16:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      return {2, tensor.int32_data_size()};
    case TensorProto::INT8:
    case TensorProto::UINT8:
    case TensorProto::BOOL:
      return {1, tensor.int32_data_size()};
    case TensorProto::INT64:
      return {8, tensor.int64_data_size()};
    case TensorProto::UINT32:
      return {4, tensor.uint64_data_size()};
    case TensorProto::UINT64:
      return {8, tensor.uint64_data_size()};
    case TensorProto::STRING:
      return {0, tensor.string_data_size()};
    default:
      return {};
  }
}

bool known_type(const TensorProto& tensor) {
  return tensor.data_type() == TensorProto::STRING || storage_of(tensor).raw_bytes > 0;
}

// Types that came after those of the library: float8e4m3fn to float4e2m1.
bool newer_type(const TensorProto& tensor) { return tensor.data_type() >= 17 && tensor.data_type() <= 23; }

int64_t checked_count(const TensorProto& tensor, const std::string& where) {
  int64_t count = 1;
  for (int axis = 0; axis < tensor.dims_size(); ++axis) {
    const int64_t extent = tensor.dims(axis);
    if (extent < 0) {
      throw InputError(fmt::format("{}: dims[{}]: expected a size, found {}", where, axis, extent));
    }
    if (__builtin_mul_overflow(count, extent, &count)) {
      throw InputError(fmt::format("{}: dims: expected fewer than 2^63 elements", where));
    }
  }
  return count;
}

bool external(const TensorProto& tensor) { return tensor.data_location() == TensorProto::EXTERNAL; }

}  // namespace

double half_to_double(uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  double magnitude = 0;
  if (exponent == 0x1f) {
    magnitude = fraction == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else {
    magnitude = std::ldexp(fraction + 0x400, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

std::string type_name(int32_t elem_type) {
  switch (elem_type) {
    case TensorProto::FLOAT:
      return "float32";
    case TensorProto::DOUBLE:
      return "float64";
    case TensorProto::FLOAT16:
      return "float16";
    case TensorProto::BFLOAT16:
      return "bfloat16";
    case TensorProto::INT8:
      return "int8";
    case TensorProto::UINT8:
      return "uint8";
    case TensorProto::INT16:
      return "int16";
    case TensorProto::UINT16:
      return "uint16";
    case TensorProto::INT32:
      return "int32";
    case TensorProto::UINT32:
      return "uint32";
    case TensorProto::INT64:
      return "int64";
    case TensorProto::UINT64:
      return "uint64";
    case TensorProto::BOOL:
      return "bool";
    case TensorProto::STRING:
      return "string";
    default:
      return fmt::format("type {}", elem_type);
  }
}

bool has_data(const TensorProto& tensor) {
  return external(tensor) || tensor.has_raw_data() || tensor.float_data_size() > 0 ||
         tensor.int32_data_size() > 0 || tensor.int64_data_size() > 0 || tensor.double_data_size() > 0 ||
         tensor.uint64_data_size() > 0 || tensor.string_data_size() > 0 || element_count(tensor) == 0;
}

void check_tensor(const TensorProto& tensor, const std::string& folder, const std::string& where) {
  if (!known_type(tensor) && !newer_type(tensor)) {
    throw InputError(
        fmt::format("{}: data_type: expected a type of ONNX, found {}", where, tensor.data_type()));
  }
  if (tensor.has_segment()) throw InputError(fmt::format("{}: segment: expected a whole tensor", where));
  const int64_t count = checked_count(tensor, where);
  if (newer_type(tensor) || !has_data(tensor)) return;
  const Storage storage = storage_of(tensor);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(count, storage.raw_bytes, &bytes)) {
    throw InputError(fmt::format("{}: dims: expected fewer than 2^63 bytes", where));
  }
  if (external(tensor)) {
    if (storage.raw_bytes == 0) throw InputError(fmt::format("{}: external data: expected numbers", where));
    locate_external_data(tensor, bytes, folder, where);
  } else if (tensor.has_raw_data()) {
    if (storage.raw_bytes == 0) throw InputError(fmt::format("{}: raw_data: expected numbers", where));
    if (storage.field_elements > 0) {
      throw InputError(fmt::format("{}: expected its elements once, found them twice", where));
    }
    const auto found = static_cast<int64_t>(tensor.raw_data().size());
    if (found != bytes) {
      throw InputError(
          fmt::format("{}: raw_data: expected {} bytes for its dims, found {}", where, bytes, found));
    }
  } else {
    const int64_t found = storage.two_a_number ? storage.field_elements / 2 : storage.field_elements;
    if (found != count) {
      throw InputError(fmt::format("{}: expected {} elements for its dims, found {}", where, count, found));
    }
  }
}

int64_t element_count(const TensorProto& tensor) {
  int64_t count = 1;
  for (const int64_t extent : tensor.dims()) count *= extent;
  return count;
}

TensorElements::Kind TensorElements::kind_of(int32_t elem_type, const std::string& where) {
  switch (elem_type) {
    case TensorProto::FLOAT16:
      return Kind::half;
    case TensorProto::FLOAT:
      return Kind::float32;
    case TensorProto::DOUBLE:
      return Kind::float64;
    case TensorProto::INT8:
      return Kind::int8;
    case TensorProto::UINT8:
      return Kind::uint8;
    case TensorProto::INT16:
      return Kind::int16;
    case TensorProto::INT32:
      return Kind::int32;
    default:
      throw InputError(
          fmt::format("{}: expected float16, float32, float64, int8, uint8, int16 or int32, found {}", where,
                      type_name(elem_type)));
  }
}

TensorElements::TensorElements(const TensorProto& tensor, const std::string& folder, const std::string& where)
    : kind_(kind_of(tensor.data_type(), where)), size_(element_count(tensor)) {
  const int64_t raw_bytes = storage_of(tensor).raw_bytes;
  stride_ = raw_bytes;
  if (external(tensor)) {
    external_ = read_external_data(locate_external_data(tensor, size_ * raw_bytes, folder, where), where);
    base_ = external_.data();
  } else if (tensor.has_raw_data()) {
    base_ = tensor.raw_data().data();
  } else if (kind_ == Kind::float32) {
    base_ = reinterpret_cast<const char*>(tensor.float_data().data());
  } else if (kind_ == Kind::float64) {
    base_ = reinterpret_cast<const char*>(tensor.double_data().data());
  } else {
    // Smaller types lie in the lower bytes of 32-bit words.
    base_ = reinterpret_cast<const char*>(tensor.int32_data().data());
    stride_ = sizeof(int32_t);
  }
}

}  // namespace hwcvp::onnx_import
