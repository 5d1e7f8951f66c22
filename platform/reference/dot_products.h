// Dot products of rows of 16-bit words.
#pragma once

#include <cstdint>

namespace hwcvp {

// Rows of `words` elements, one after the other.
struct WordRows {
  const int16_t* data;
  int64_t rows;
};

// out[i * out_stride + j] = dot product of row i of `a` and row j of `b`, modulo 2^32.
void dot_products(WordRows a, WordRows b, int64_t words, uint32_t* out, int64_t out_stride);

}  // namespace hwcvp
