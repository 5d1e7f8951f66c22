// How a stack of operators is gone through: docs/stacks.md has the definitions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedules/stack/network.h"

namespace hwcvp::stack {

// Portions in which a product goes through its groups and channels; they change capacity, never traffic.
struct Portion {
  int64_t groups = 1, out_channels = 1, in_channels = 1;  // the channels of a group
};

// What is decided for one operator of the stack.
struct OperatorSchedule {
  int64_t piece = 0;      // lines along the inner axis that it makes at once, 0: all that is asked of it
  bool resident = false;  // its weights stay on chip for the whole stack
  Portion portion;        // of products
};

// Operators `first` to `first + operators.size() - 1` of the network, two or more. The piece of the last is
// the inner tile.
struct Schedule {
  size_t first = 0;
  Axis outer = Axis::columns;  // of the last operator's output; the inner axis is the other
  int64_t outer_tile = 1, inner_tile = 1;
  std::vector<OperatorSchedule> operators;

  size_t last() const { return first + operators.size() - 1; }
};

}  // namespace hwcvp::stack
