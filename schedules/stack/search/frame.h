// An outer axis and a tile along it for a stack, and what no schedule with them undercuts.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/stack.h"
#include "schedules/stack/strips.h"

namespace hwcvp::stack {

struct Frame {
  Axis outer = Axis::columns;
  int64_t tile = 1;
  Strips strips;
  int64_t passes = 0;  // strips of all images: how often streamed weights come at least
  int64_t bound = 0;   // bytes that no schedule with it undercuts
};

// What holds of every schedule along an inner axis.
struct LineBounds {
  std::vector<int64_t> lines;  // [tensor]: distinct lines that the stack's output needs
  std::vector<int64_t> held;   // [tensor]: lines that must be there at one time
};
LineBounds line_bounds(const Stack& stack, Axis inner);

// The frames of a stack in which something fits into the buffer and whose bounds are below `limit`, by
// ascending bound. Of the tiles none is left out.
std::vector<Frame> frames_of(const Stack& stack, int64_t buffer_bytes, int64_t limit);

// Bytes that every schedule of the stack moves: its inputs, outputs, weights and constants once.
int64_t once_bytes(const Stack& stack);

}  // namespace hwcvp::stack
