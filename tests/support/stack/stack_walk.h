// A literal walk over the lines of a stack, which knows no closed form and shares no code with the predictor.
#pragma once

#include <cstdint>
#include <optional>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

struct WalkedStack {
  int64_t input_read = 0, weight_read = 0, output_write = 0, params_read = 0;
  int64_t capacity = 0;
  int64_t macs = 0;
};

// Goes through images, strips, steps and pieces one by one, and through every line of them. Nothing where the
// schedule is illegal: an operator is not read, lines would have to come back, or some of an output are left.
std::optional<WalkedStack> walk_stack(const Network& network, const Schedule& schedule);

}  // namespace hwcvp::stack
