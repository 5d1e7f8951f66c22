#include "schedules/math/lattice_sums.h"

#include <algorithm>
#include <utility>

#include "schedules/math/division.h"

namespace hwcvp {

namespace {

// Sums over 0 <= i <= n of y, i * y and y * y, where y = floor((a * i + b) / c).
struct FloorSums {
  int128 y = 0;
  int128 iy = 0;
  int128 yy = 0;
};

// Euclid's algorithm on (a, c): whole multiples of c leave polynomials in n, and counting the points under
// the line by rows instead of columns exchanges a and c. n >= -1, a and b not negative, c positive.
FloorSums floor_sums(int64_t n, int64_t a, int64_t b, int64_t c) {
  if (n < 0) return {};
  const int128 count = int128{n} + 1;
  const int128 sum_i = n * count / 2;
  const int128 sum_ii = n * count * (2 * int128{n} + 1) / 6;
  if (a >= c || b >= c) {
    const int128 p = a / c;
    const int128 q = b / c;
    const FloorSums rest = floor_sums(n, a % c, b % c, c);
    return {p * sum_i + q * count + rest.y, p * sum_ii + q * sum_i + rest.iy,
            p * p * sum_ii + 2 * p * q * sum_i + q * q * count + 2 * p * rest.iy + 2 * q * rest.y + rest.yy};
  }
  const int64_t rows = (a * n + b) / c;
  if (rows == 0) return {};
  const FloorSums flipped = floor_sums(rows - 1, c, c - b - 1, a);
  const int128 y = int128{n} * rows - flipped.y;
  return {y, (n * count * rows - flipped.yy - flipped.y) / 2,
          int128{n} * rows * (int128{rows} + 1) - 2 * flipped.iy - 2 * flipped.y - y};
}

// Sum of max(0, top - p * i - q * j) over all i, j >= 0, for positive p and q.
int128 triangle_sum(int64_t top, int64_t p, int64_t q) {
  if (top <= 0) return 0;
  // Column i, taken from the far end, is as high as v = r + p * i and holds the terms v, v - q, ... down to v
  // - q * floor(v / q).
  const int64_t n = top / p;
  const int64_t r = top % p;
  const FloorSums sums = floor_sums(n, p, r, q);
  const int128 heights = r * (int128{n} + 1) + p * (int128{n} * (int128{n} + 1) / 2);
  return heights + r * sums.y + p * sums.iy - q * ((sums.yy + sums.y) / 2);
}

}  // namespace

int128 ramp_sum(int64_t base, int64_t step, int64_t count) {
  const int64_t last = base + step * (count - 1);
  if (count <= 0 || last <= 0) return 0;
  if (base < 0) {
    const int64_t skipped = ceil_div(-base, step);
    base += skipped * step;
    count -= skipped;
  }
  return (int128{base} + last) * count / 2;
}

int128 grid_ramp_sum(int64_t base, int64_t step_i, int64_t count_i, int64_t step_j, int64_t count_j) {
  if (count_i <= 0 || count_j <= 0) return 0;
  if (count_i < count_j) {
    std::swap(step_i, step_j);
    std::swap(count_i, count_j);
  }
  // Few columns are quicker one by one; most kernels have few.
  constexpr int64_t kFew = 8;
  if (count_j <= kFew) {
    int128 sum = 0;
    for (int64_t j = 0; j < count_j; ++j) sum += ramp_sum(base + j * step_j, step_i, count_i);
    return sum;
  }
  // Count down from the largest value; what lies outside the grid comes off again.
  const int64_t top = base + step_i * (count_i - 1) + step_j * (count_j - 1);
  return triangle_sum(top, step_i, step_j) - triangle_sum(top - step_i * count_i, step_i, step_j) -
         triangle_sum(top - step_j * count_j, step_i, step_j) +
         triangle_sum(top - step_i * count_i - step_j * count_j, step_i, step_j);
}

}  // namespace hwcvp
