// Ways to cut the inner axis of a stack into pieces, each with the lines that they make and hold.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/stack/line_walk.h"
#include "schedules/stack/stack.h"

namespace hwcvp::stack {

struct Walk {
  std::vector<int64_t> pieces;     // the last is the inner tile
  std::vector<LineCounts> counts;  // of each group of strips
};

struct Walks {
  std::vector<Walk> list;  // legal ones; the first is that of single lines, where it is legal
  bool complete = false;   // for every way there is one in the list that makes and holds the same
};

// The walk of some pieces; nothing where it is illegal in a group of strips.
std::optional<Walk> walk_of(const Stack& stack, Axis inner, const std::vector<std::vector<bool>>& needed,
                            const std::vector<int64_t>& pieces);

// All ways where they are few, else a choice: the operators from one on take all that is asked of them at
// once, those before it a few lines.
// `needed` says for each group of strips of which tensors it needs anything.
Walks walks_of(const Stack& stack, Axis inner, const std::vector<std::vector<bool>>& needed);

}  // namespace hwcvp::stack
