// Integers of 128 bits, for products of two of 64.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hwcvp {

__extension__ using int128 = __int128;

// a * b / c rounded down, or up; none negative, c not 0, and the result fits.
constexpr int64_t scaled_down(int64_t a, int64_t b, int64_t c) {
  return static_cast<int64_t>(static_cast<int128>(a) * b / c);
}
constexpr int64_t scaled_up(int64_t a, int64_t b, int64_t c) {
  return static_cast<int64_t>((static_cast<int128>(a) * b + c - 1) / c);
}

// The largest integer whose square is at most `square`, which is below 2^126 and not negative.
constexpr int64_t root_down(int128 square) {
  int128 low = 0;
  int128 high = static_cast<int128>(1) << 63;
  while (high - low > 1) {  // low^2 <= square < high^2
    const int128 middle = (low + high) / 2;
    if (middle * middle <= square) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return static_cast<int64_t>(low);
}

}  // namespace hwcvp
