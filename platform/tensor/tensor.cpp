#include "platform/tensor/tensor.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace hwcvp {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "tensors are copied between the host and the simulated memory, which is little-endian");

namespace {

size_t storage_bytes(DataType type, const Shape& shape) {
  int64_t size = bytes(type);
  for (const int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(size, extent, &size)) {
      throw std::length_error("a tensor of " + to_string(shape) + " elements is too large");
    }
  }
  return static_cast<size_t>(size);
}

}  // namespace

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text;
  for (const int64_t extent : shape) {
    if (!text.empty()) text += " x ";
    text += std::to_string(extent);
  }
  return text;
}

HostTensor::HostTensor() : HostTensor(DataType::int8, {0}) {}

HostTensor::HostTensor(DataType type, Shape shape)
    : type_(type), shape_(std::move(shape)), storage_(storage_bytes(type_, shape_)) {}

uint32_t HostTensor::crc32() const {
  return static_cast<uint32_t>(crc32_z(0, storage_.data(), storage_.size()));
}

void HostTensor::require(DataType type) const {
  if (type != type_) {
    throw std::logic_error(std::string("a tensor of ") + hwcvp::to_string(type_) + " was used as " +
                           hwcvp::to_string(type));
  }
}

bool operator==(const HostTensor& a, const HostTensor& b) {
  return a.type() == b.type() && a.shape() == b.shape() &&
         std::equal(a.bytes(), a.bytes() + a.size_bytes(), b.bytes());
}

Shape input_shape(const Layer& layer) {
  return {layer.batch, layer.in_channels, layer.in_height, layer.in_width};
}

Shape weight_shape(const Layer& layer) {
  return {layer.out_channels, layer.in_channels / layer.group, layer.kernel_shape[0], layer.kernel_shape[1]};
}

Shape output_shape(const Layer& layer) {
  return {layer.batch, layer.out_channels, layer.out_height(), layer.out_width()};
}

}  // namespace hwcvp
