// Integer division that rounds to a named side.
#pragma once

#include <cstdint>

namespace hwcvp {

// floor(a / b) and ceil(a / b) for positive b; no step overflows.
constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
constexpr int64_t ceil_div(int64_t a, int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

// The least multiple of a positive `multiple` that is not below `a`.
constexpr int64_t up_to_multiple(int64_t a, int64_t multiple) { return ceil_div(a, multiple) * multiple; }

}  // namespace hwcvp
