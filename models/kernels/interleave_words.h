// Packing of 16-bit operands in plain C++, which compilers vectorise.
#pragma once

#include <cstdint>

namespace hwcvp::kernels {
namespace {

template <typename Element>
inline void interleave_pair(const uint8_t* const (&rows)[2], int count, uint8_t* units) {
  const Element* const a = reinterpret_cast<const Element*>(rows[0]);
  const Element* const b = reinterpret_cast<const Element*>(rows[1]);
  int16_t* const to = reinterpret_cast<int16_t*>(units);
  for (int i = 0; i < count; ++i) {
    to[2 * i] = a[i];
    to[2 * i + 1] = b[i];
  }
}

// Units of two 16-bit channels from rows of one- or two-byte signed elements.
inline void interleave_words(const uint8_t* const (&rows)[2], int element_bytes, int count, uint8_t* units) {
  if (element_bytes == 1) {
    interleave_pair<int8_t>(rows, count, units);
  } else {
    interleave_pair<int16_t>(rows, count, units);
  }
}

// 16-bit elements from one- or two-byte signed ones.
inline void widen_words(const uint8_t* from, int element_bytes, int count, uint8_t* to) {
  int16_t* const words = reinterpret_cast<int16_t*>(to);
  if (element_bytes == 1) {
    const int8_t* const elements = reinterpret_cast<const int8_t*>(from);
    for (int i = 0; i < count; ++i) words[i] = elements[i];
  } else {
    const int16_t* const elements = reinterpret_cast<const int16_t*>(from);
    for (int i = 0; i < count; ++i) words[i] = elements[i];
  }
}

}  // namespace
}  // namespace hwcvp::kernels
