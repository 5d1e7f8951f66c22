// Stacks of a network as tables.
#pragma once

#include <vector>

#include "platform/report/answer.h"
#include "platform/stack/search/stack_plan.h"

namespace hwcvp {

// Of the long answer: the loops of each stack of two or more, the stacks with what their operators move alone
// and together, and where the bytes above the floor go. Network and plan must outlive the answer, whose
// subject is left to the caller.
Answer answer(const stack::Network& network, const StackPlan& plan);

// A network in a buffer of some size.
struct StackPoint {
  int64_t buffer_bytes = 0;
  StackPlan plan;
  bool on_front = false;  // no smaller buffer moves as little
};

// Marks those on the Pareto front. Points come by ascending buffer.
void mark_front(std::vector<StackPoint>& points);
// Traffic against buffer size, with the floor; without subject.
Answer answer(const std::vector<StackPoint>& points, bool complete);

// Multiplications that a stack really does.
int64_t macs_of(const PlannedStack& planned);

}  // namespace hwcvp
