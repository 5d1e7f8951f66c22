// Pseudo-random tensors that are the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

#include "platform/tensor/tensor.h"

namespace hwcvp {

// A sequence of 64-bit numbers in which number i is computed from the seed and i alone (SplitMix64). Not for
// cryptography.
class RandomSequence {
 public:
  explicit RandomSequence(uint64_t seed) : seed_(seed) {}

  uint64_t operator[](uint64_t i) const {
    uint64_t z = seed_ + (i + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t seed_;
};

// The seed for one tensor of one layer ("input", "weight", "bias"): a layer has the same tensors alone as in
// a network.
uint64_t tensor_seed(uint64_t seed, std::string_view layer_name, std::string_view tensor_name);

// Fills the tensor with numbers spread evenly over the full range of its type.
void fill_random(HostTensor& tensor, uint64_t seed);

}  // namespace hwcvp
