// Copying and widening of operands in plain C++, which compilers vectorise. Each file that includes this has
// its own copy.
#pragma once

#include <cstdint>

#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {
namespace {

// NOLINTNEXTLINE(bugprone-signed-char-misuse): bytes are numbers here, not characters.
inline int16_t widen(int8_t byte) { return byte; }
inline int16_t widen(int16_t word) { return word; }

inline int16_t decode(int8_t byte, ElementCode code) {
  return static_cast<int16_t>(widen(static_cast<int8_t>(static_cast<uint8_t>(byte) ^ code.flip)) - code.zero);
}
inline int16_t decode(int16_t word, ElementCode /*code*/) { return word; }

struct PlainElements {
  template <typename Element>
  static void copy_to_words(const uint8_t* from, ElementCode code, int count, int16_t* to) {
    const Element* const elements = reinterpret_cast<const Element*>(from);
    for (int i = 0; i < count; ++i) to[i] = decode(elements[i], code);
  }

  // 16-bit elements from one- or two-byte ones.
  static void copy_words(const uint8_t* from, int element_bytes, ElementCode code, int count, int16_t* to) {
    if (element_bytes == 1) {
      copy_to_words<int8_t>(from, code, count, to);
    } else {
      copy_to_words<int16_t>(from, code, count, to);
    }
  }

  template <typename Element>
  static void interleave_to_words(const uint8_t* const (&rows)[2], ElementCode code, int count, int16_t* to) {
    const Element* const a = reinterpret_cast<const Element*>(rows[0]);
    const Element* const b = reinterpret_cast<const Element*>(rows[1]);
    for (int i = 0; i < count; ++i) {
      to[2 * i] = decode(a[i], code);
      to[2 * i + 1] = decode(b[i], code);
    }
  }

  // Units of two 16-bit channels from rows of one- or two-byte elements.
  static void interleave_words(const uint8_t* const (&rows)[2], int element_bytes, ElementCode code,
                               int count, uint8_t* units) {
    int16_t* const to = reinterpret_cast<int16_t*>(units);
    if (element_bytes == 1) {
      interleave_to_words<int8_t>(rows, code, count, to);
    } else {
      interleave_to_words<int16_t>(rows, code, count, to);
    }
  }
};

}  // namespace
}  // namespace hwcvp::kernels
