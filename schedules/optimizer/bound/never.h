// The cost of what cannot be.
#pragma once

#include <cstdint>
#include <limits>

namespace hwcvp::optimizer {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace hwcvp::optimizer
