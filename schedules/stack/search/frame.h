// An outer axis and a tile along it for a stack, and what no schedule with them undercuts.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/search/weight_bound.h"
#include "schedules/stack/stack.h"
#include "schedules/stack/strips.h"

namespace hwcvp::stack {

struct Frame {
  Axis outer = Axis::columns;
  int64_t tile = 1;
  Strips strips;
  int64_t bound = 0;                         // bytes that no schedule with it undercuts
  std::vector<std::vector<int64_t>> pieces;  // to try first, as of WeightBound
};

// The frames of a stack in which something fits into the buffer and whose bounds are below `limit`, by
// ascending bound. Of the tiles none is left out.
std::vector<Frame> frames_of(const Stack& stack, int64_t buffer_bytes, int64_t limit);

// False where not even strips of single lines, which hold least, leave room for a line of accumulators: then
// no schedule fits, and none of a stack with more operators in front.
bool can_fit(const Stack& stack, int64_t buffer_bytes);

// Bytes that every schedule of the stack moves: its outputs, weights and constants once, and of its inputs
// what is read of them.
int64_t once_bytes(const Stack& stack);

}  // namespace hwcvp::stack
