// A stack's schedule as loops, for people.
#pragma once

#include <string>

#include "schedules/stack/predictor.h"

namespace hwcvp::stack {

// The two loops, and in them the operators with the lines that they make at once, what of their inputs is
// held, and where their weights are. `cost` is the schedule's.
std::string to_text(const Network& network, const Schedule& schedule, const StackCost& cost);

}  // namespace hwcvp::stack
