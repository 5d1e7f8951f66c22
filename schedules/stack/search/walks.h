// Ways to cut the inner axis of a stack into pieces, each with the lines that they make and hold.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/stack/line_walk.h"
#include "schedules/stack/stack.h"

namespace hwcvp::stack {

struct Walk {
  std::vector<int64_t> pieces;  // the last is the inner tile
  LineCounts counts;
};

struct Walks {
  std::vector<Walk> list;  // legal ones; the first is that of single lines, where it is legal
  bool complete = false;   // for every way there is one in the list that makes and holds the same
};

// All ways where they are few, else a choice: the operators from one on take all that is asked of them at
// once, those before it a few lines.
Walks walks_of(const Stack& stack, Axis inner);

}  // namespace hwcvp::stack
