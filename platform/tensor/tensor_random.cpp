#include "platform/tensor/tensor_random.h"

#include <cstring>

namespace hwcvp {

namespace {

// FNV-1a over the text and a terminator, so that ("ab", "c") and ("a", "bc") differ.
uint64_t hash(uint64_t state, std::string_view text) {
  constexpr uint64_t kPrime = 0x100000001b3u;
  for (const char c : text) state = (state ^ static_cast<uint8_t>(c)) * kPrime;
  return (state ^ 0xffu) * kPrime;
}

}  // namespace

uint64_t tensor_seed(uint64_t seed, std::string_view layer_name, std::string_view tensor_name) {
  const uint64_t start = RandomSequence(seed)[0];
  return RandomSequence(hash(hash(start, layer_name), tensor_name))[0];
}

void fill_random(HostTensor& tensor, uint64_t seed) {
  const RandomSequence random(seed);
  uint8_t* const out = tensor.bytes();
  const uint64_t size = static_cast<uint64_t>(tensor.size_bytes());
  const uint64_t words = size / sizeof(uint64_t);
  for (uint64_t i = 0; i < words; ++i) {
    const uint64_t word = random[i];
    std::memcpy(out + i * sizeof(word), &word, sizeof(word));
  }
  const uint64_t last = random[words];
  if (size % sizeof(last) != 0) std::memcpy(out + words * sizeof(last), &last, size % sizeof(last));
}

}  // namespace hwcvp
