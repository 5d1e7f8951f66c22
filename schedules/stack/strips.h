// The outer axis: which range of each tensor the strips of a stack need.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/stack/stack.h"

namespace hwcvp::stack {

// Strips in which the same tensors are needed at all; where a window meets nothing but padding, there are
// tensors of which a strip needs none.
struct StripGroup {
  int64_t strips = 0;
  std::vector<bool> needed;     // by tensor of the stack
  std::vector<int64_t> widths;  // [tensor]: lines of all strips together
};

struct Strips {
  int64_t count = 0;
  std::vector<StripGroup> groups;
  std::vector<int64_t> widest;  // [tensor]: of any strip
};

// Sets for each tensor the range that a strip of the last operator's output needs of it.
void strip_ranges(const Stack& stack, Axis outer, Range strip, std::vector<Range>& ranges);

// Cuts the last operator's output along `outer` into strips of `tile` lines. Nothing where an output of the
// stack is left with lines that no strip needs.
std::optional<Strips> cut_strips(const Stack& stack, Axis outer, int64_t tile);

}  // namespace hwcvp::stack
