// What holds of every schedule of a stack along its inner axis.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/stack/stack.h"

namespace hwcvp::stack {

struct LineBounds {
  std::vector<int64_t> lines;  // [tensor]: distinct lines that are needed
  std::vector<int64_t> held;   // [tensor]: lines that must be there at one time
};

// In strips that need something of the tensors `needed`.
LineBounds line_bounds(const Stack& stack, Axis inner, const std::vector<bool>& needed);

}  // namespace hwcvp::stack
