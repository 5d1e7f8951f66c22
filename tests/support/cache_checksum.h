// The checksum in the entries of the result cache, worked out apart from the cache.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace hwcvp {

// FNV-1a, 64 bits, as hexadecimal digits.
inline std::string cache_checksum(const nlohmann::json& question, const nlohmann::json& answer) {
  uint64_t value = 0xcbf29ce484222325U;
  for (const char c : question.dump() + answer.dump()) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  std::string digits(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  return digits;
}

}  // namespace hwcvp
