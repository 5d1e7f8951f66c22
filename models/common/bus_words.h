// How many words of a bus a transaction takes.
#pragma once

#include <cstdint>

namespace hwcvp::common {

// Words of `width_bytes` bytes, at multiples of that, in which `bytes` bytes at an address lie.
constexpr uint64_t bus_words(uint64_t address, uint64_t bytes, uint64_t width_bytes) {
  if (bytes == 0) return 0;
  const uint64_t offset = address % width_bytes;
  return (bytes - 1) / width_bytes + ((bytes - 1) % width_bytes + offset) / width_bytes + 1;
}

}  // namespace hwcvp::common
