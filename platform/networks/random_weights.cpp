#include "platform/networks/random_weights.h"

#include <algorithm>

#include "platform/tensor/tensor_random.h"

namespace hwcvp::networks {

// Seven bits of a random byte are the size less 63, the eighth is the sign.
void fill_weights(HostTensor& weights, uint64_t seed) {
  fill_random(weights, seed);
  uint8_t* const bytes = weights.bytes();
  for (int64_t i = 0; i < weights.size_bytes(); ++i) {
    const int size = (bytes[i] & 0x7f) - 63;
    bytes[i] = static_cast<uint8_t>((bytes[i] & 0x80) != 0 ? -size : size);
  }
}

WeightSums weight_sums(const int8_t* weights, int64_t count) {
  constexpr int64_t kBlock = 1 << 16;  // whose sums fit into 32 bits
  WeightSums sums;
  for (int64_t first = 0; first < count; first += kBlock) {
    int32_t sum = 0;
    int32_t squares = 0;
    for (int64_t i = first; i < std::min(first + kBlock, count); ++i) {
      sum += weights[i];
      squares += weights[i] * weights[i];
    }
    sums.sum += sum;
    sums.squares += squares;
  }
  return sums;
}

}  // namespace hwcvp::networks
