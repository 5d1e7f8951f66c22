// What the weights of a stack move at least, given what the buffer has to hold for pieces of some size.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "schedules/stack/search/line_bounds.h"
#include "schedules/stack/stack.h"
#include "schedules/stack/strips.h"

namespace hwcvp::stack {

// Bytes of what cannot be.
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct WeightBound {
  int64_t bytes = kNever;
  // Pieces for which the bound takes the weights to move so few bytes, or a little more, the best first; they
  // may turn out not to fit. The last is the inner tile.
  std::vector<std::vector<int64_t>> pieces;
};

// Weights stay, or come for each piece. Pieces that are few are large: windows of that many lines must be
// held, and the operators behind must ask for as much at once. Of strips that all need all tensors. `room` is
// left in the buffer beside what LineBounds::held takes. kNever where no choice fits; what moves `limit`
// bytes or more is not told apart.
WeightBound weight_bound(const Stack& stack, Axis inner, const Strips& strips, const LineBounds& bounds,
                         int64_t room, int64_t limit);

}  // namespace hwcvp::stack
