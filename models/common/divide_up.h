// Division of counts that rounds up.
#pragma once

#include <cstdint>

namespace hwcvp::common {

// Cycles for `count` things, of which `each` go in one cycle. Neither is negative, and `each` is not 0.
constexpr int64_t divide_up(int64_t count, int64_t each) {
  return count / each + (count % each != 0 ? 1 : 0);
}

}  // namespace hwcvp::common
