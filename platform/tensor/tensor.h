// A tensor in the host's memory: what is loaded into the simulated memory and what is read back from it.
//
// Not a view and not an array library: no strides, no broadcasting, no arithmetic.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Extents in elements, outermost first: {N, C, H, W}, {M, C/group, KH, KW} or {M}.
using Shape = std::vector<int64_t>;

// The product of the extents.
int64_t element_count(const Shape& shape);

// "1 x 3 x 224 x 224".
std::string to_string(const Shape& shape);

// The element type that a C++ type holds.
template <typename Element>
constexpr DataType data_type_of() {
  static_assert(std::is_same_v<Element, int8_t> || std::is_same_v<Element, uint8_t> ||
                std::is_same_v<Element, int16_t> || std::is_same_v<Element, int32_t> ||
                std::is_same_v<Element, float>);
  if constexpr (std::is_same_v<Element, float>) return DataType::float32;
  if constexpr (std::is_same_v<Element, uint8_t>) return DataType::uint8;
  return sizeof(Element) == 1 ? DataType::int8 : sizeof(Element) == 2 ? DataType::int16 : DataType::int32;
}

// Dense elements in row-major order, little-endian, as they lie in the simulated memory.
class HostTensor {
 public:
  // An empty tensor of shape {0}.
  HostTensor();
  // All zero. Throws std::length_error where a dimension is negative or the size does not fit into 63 bits.
  HostTensor(DataType type, Shape shape);

  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  int64_t elements() const { return static_cast<int64_t>(storage_.size()) / hwcvp::bytes(type_); }

  // The bytes of all elements.
  int64_t size_bytes() const { return static_cast<int64_t>(storage_.size()); }
  uint8_t* bytes() { return storage_.data(); }
  const uint8_t* bytes() const { return storage_.data(); }

  // The elements. Throws std::logic_error where the tensor holds another type.
  template <typename Element>
  Element* data() {
    require(data_type_of<Element>());
    return reinterpret_cast<Element*>(storage_.data());
  }
  template <typename Element>
  const Element* data() const {
    require(data_type_of<Element>());
    return reinterpret_cast<const Element*>(storage_.data());
  }

  // CRC-32 of the bytes (IEEE 802.3, as zlib and Python's zlib.crc32).
  uint32_t crc32() const;

 private:
  void require(DataType type) const;

  DataType type_;
  Shape shape_;
  std::vector<uint8_t> storage_;
};

// Same type, shape and elements, bit for bit.
bool operator==(const HostTensor& a, const HostTensor& b);
inline bool operator!=(const HostTensor& a, const HostTensor& b) { return !(a == b); }

// The tensors of a layer: shapes as they lie in memory.
Shape input_shape(const Layer& layer);   // {B, C, H, W}
Shape weight_shape(const Layer& layer);  // {M, C/group, KH, KW}
Shape output_shape(const Layer& layer);  // {B, M, OH, OW}

}  // namespace hwcvp
