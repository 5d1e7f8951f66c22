// Tensors between the host's order and their layout in the simulated memory.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/bursts/tensor_layout.h"

namespace hwcvp {

// The bytes of a tensor of the layer as they lie in memory. Padding is filled with `padding`.
std::vector<uint8_t> to_memory(const Layer& layer, Tensor tensor, const HostTensor& elements,
                               const TensorLayout& layout, uint8_t padding = 0);

// Takes a tensor back out of such bytes. `elements` has its type and shape.
void from_memory(const Layer& layer, Tensor tensor, const std::vector<uint8_t>& memory,
                 const TensorLayout& layout, HostTensor& elements);

}  // namespace hwcvp
