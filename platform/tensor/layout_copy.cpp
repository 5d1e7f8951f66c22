#include "platform/tensor/layout_copy.h"

#include <algorithm>

namespace hwcvp {

namespace {

// Calls copy(place in memory, place in the host's order) for each element; places in bytes.
template <typename Copy>
void for_each_element(const Layer& layer, Tensor tensor, int64_t element_bytes, const TensorStrides& strides,
                      const Copy& copy) {
  const PerTensorAxis<int64_t> extent = memory_extents(layer, tensor);
  PerTensorAxis<std::vector<int64_t>> offsets;
  for (size_t axis = 0; axis < kTensorAxes; ++axis) {
    for (int64_t i = 0; i < extent[axis]; ++i) offsets[axis].push_back(strides.offset(axis, i));
  }
  int64_t host = 0;
  for (const int64_t a : offsets[0]) {
    for (const int64_t b : offsets[1]) {
      for (const int64_t c : offsets[2]) {
        for (const int64_t y : offsets[3]) {
          for (const int64_t x : offsets[4]) {
            copy(static_cast<size_t>(a + b + c + y + x), static_cast<size_t>(host));
            host += element_bytes;
          }
        }
      }
    }
  }
}

TensorStrides strides_of(const Layer& layer, Tensor tensor, DataType type, const TensorLayout& layout) {
  return tensor_strides(layer, tensor, bytes(type), layout, "layer " + layer.name);
}

}  // namespace

std::vector<uint8_t> to_memory(const Layer& layer, Tensor tensor, const HostTensor& elements,
                               const TensorLayout& layout, uint8_t padding) {
  if (layout == TensorLayout()) return {elements.bytes(), elements.bytes() + elements.size_bytes()};
  const int64_t element_bytes = bytes(elements.type());
  const TensorStrides strides = strides_of(layer, tensor, elements.type(), layout);
  std::vector<uint8_t> memory(static_cast<size_t>(strides.bytes), padding);
  for_each_element(layer, tensor, element_bytes, strides, [&](size_t place, size_t host) {
    std::copy_n(elements.bytes() + host, element_bytes, memory.data() + place);
  });
  return memory;
}

void from_memory(const Layer& layer, Tensor tensor, const std::vector<uint8_t>& memory,
                 const TensorLayout& layout, HostTensor& elements) {
  if (layout == TensorLayout()) {
    std::copy(memory.begin(), memory.end(), elements.bytes());
    return;
  }
  const int64_t element_bytes = bytes(elements.type());
  const TensorStrides strides = strides_of(layer, tensor, elements.type(), layout);
  for_each_element(layer, tensor, element_bytes, strides, [&](size_t place, size_t host) {
    std::copy_n(memory.data() + place, element_bytes, elements.bytes() + host);
  });
}

}  // namespace hwcvp
