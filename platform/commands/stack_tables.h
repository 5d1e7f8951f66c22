// Stacks of a network as tables.
#pragma once

#include <ostream>

#include "platform/stack/search/stack_plan.h"

namespace hwcvp {

// The loops of each stack of two or more, the stacks with what their operators move alone and together, where
// the bytes above the floor go, and the verdict.
void print_stacks(std::ostream& out, const stack::Network& network, const StackPlan& plan);

// Multiplications that a stack really does.
int64_t macs_of(const PlannedStack& planned);

}  // namespace hwcvp
