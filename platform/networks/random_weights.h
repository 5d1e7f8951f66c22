// Pseudo-random weights that are quick to make: VGG-16 has 138 million.
#pragma once

#include <cstdint>

#include "platform/tensor/tensor.h"

namespace hwcvp::networks {

// Weights are -64 to 64, symmetric: two products with uint8 then fit into 16 bits, so that also processors
// whose instructions saturate there (x86 without VNNI, in other runtimes) compute the same.
// Fills an int8 tensor.
void fill_weights(HostTensor& weights, uint64_t seed);

// Of the weights of one output channel.
struct WeightSums {
  int64_t sum = 0;
  int64_t squares = 0;
};
WeightSums weight_sums(const int8_t* weights, int64_t count);

}  // namespace hwcvp::networks
