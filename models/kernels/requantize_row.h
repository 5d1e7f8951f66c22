// Requantization of a row in single precision, as compilers vectorise it. Each file that includes this has
// its own copy. To be compiled without contraction of operations (-ffp-contract=off).
#pragma once

#include <cstdint>
#include <cstring>

#include "models/kernels/requantize.h"

namespace hwcvp::kernels {
namespace {

inline void requantize_row(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                           uint8_t* outputs) {
  // Added to a number below 2^22 in magnitude, this leaves it rounded in the low bits of the sum.
  constexpr float kRounding = 12582912;  // 1.5 * 2^23
  constexpr uint32_t kRoundingBits = 0x4b400000;
  const float scale = rule.scale;
  const auto least = static_cast<float>(rule.least - rule.zero);
  const auto most = static_cast<float>(rule.most - rule.zero);
  const uint32_t offset = static_cast<uint32_t>(rule.zero) - kRoundingBits;
  for (int64_t i = 0; i < count; ++i) {
    // The limits are integers: limiting first is the same, and infinite products end here.
    float value = static_cast<float>(accumulators[i]) * scale;
    value = value < least ? least : value;
    value = value > most ? most : value;
    value += kRounding;
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    outputs[i] = static_cast<uint8_t>(bits + offset);
  }
}

}  // namespace
}  // namespace hwcvp::kernels
