// Copying and widening of operands in plain C++, which compilers vectorise. Each file that includes this has
// its own copy.
#pragma once

#include <cstdint>

namespace hwcvp::kernels {
namespace {

// NOLINTNEXTLINE(bugprone-signed-char-misuse): bytes are numbers here, not characters.
inline int16_t widen(int8_t byte) { return byte; }
inline int16_t widen(int16_t word) { return word; }

struct PlainElements {
  template <typename Element>
  static void copy_to_words(const uint8_t* from, int count, int16_t* to) {
    const Element* const elements = reinterpret_cast<const Element*>(from);
    for (int i = 0; i < count; ++i) to[i] = widen(elements[i]);
  }

  // 16-bit elements from one- or two-byte signed ones.
  static void copy_words(const uint8_t* from, int element_bytes, int count, int16_t* to) {
    if (element_bytes == 1) {
      copy_to_words<int8_t>(from, count, to);
    } else {
      copy_to_words<int16_t>(from, count, to);
    }
  }

  template <typename Element>
  static void interleave_to_words(const uint8_t* const (&rows)[2], int count, int16_t* to) {
    const Element* const a = reinterpret_cast<const Element*>(rows[0]);
    const Element* const b = reinterpret_cast<const Element*>(rows[1]);
    for (int i = 0; i < count; ++i) {
      to[2 * i] = widen(a[i]);
      to[2 * i + 1] = widen(b[i]);
    }
  }

  // Units of two 16-bit channels from rows of one- or two-byte signed elements.
  static void interleave_words(const uint8_t* const (&rows)[2], int element_bytes, int count,
                               uint8_t* units) {
    int16_t* const to = reinterpret_cast<int16_t*>(units);
    if (element_bytes == 1) {
      interleave_to_words<int8_t>(rows, count, to);
    } else {
      interleave_to_words<int16_t>(rows, count, to);
    }
  }
};

}  // namespace
}  // namespace hwcvp::kernels
