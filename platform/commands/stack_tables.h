// Stacks of a network as tables.
#pragma once

#include <ostream>
#include <vector>

#include "platform/stack/search/stack_plan.h"

namespace hwcvp {

// The loops of each stack of two or more, the stacks with what their operators move alone and together, where
// the bytes above the floor go, and the verdict.
void print_stacks(std::ostream& out, const stack::Network& network, const StackPlan& plan);

// A network in a buffer of some size.
struct StackPoint {
  int64_t buffer_bytes = 0;
  StackPlan plan;
  bool on_front = false;  // no smaller buffer moves as little
};

// Marks those on the Pareto front. Points come by ascending buffer.
void mark_front(std::vector<StackPoint>& points);
// Traffic against buffer size, with the floor.
void print_stack_sweep(std::ostream& out, const std::vector<StackPoint>& points);

// Multiplications that a stack really does.
int64_t macs_of(const PlannedStack& planned);

}  // namespace hwcvp
