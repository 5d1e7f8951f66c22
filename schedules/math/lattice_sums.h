// Sums over lattices of points, in time that grows with the logarithm of their size.
#pragma once

#include <cstdint>

#include "schedules/math/wide.h"

namespace hwcvp {

// Sum of max(0, base + i * step) over 0 <= i < count. `step` is positive.
int128 ramp_sum(int64_t base, int64_t step, int64_t count);

// Sum of max(0, base + i * step_i + j * step_j) over 0 <= i < count_i, 0 <= j < count_j. The steps are
// positive; all values are below 2^36 in size.
int128 grid_ramp_sum(int64_t base, int64_t step_i, int64_t count_i, int64_t step_j, int64_t count_j);

}  // namespace hwcvp
