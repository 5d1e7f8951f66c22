// How long the HWC takes for a stack.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "schedules/latency/machine_timing.h"
#include "schedules/stack/schedule.h"
#include "schedules/stack/stack.h"

namespace hwcvp::stack {

// Where things lie, as bytes from the start of the memory.
struct StackAddresses {
  std::vector<int64_t> tensors;          // as in Stack::tensors; of those that travel
  std::vector<int64_t> weights, params;  // of each operator that has some
};

struct StackLatencyLimits {
  int64_t commands = std::numeric_limits<int64_t>::max();
  int64_t bursts = std::numeric_limits<int64_t>::max();
};

// Does not model: other masters on the bus, clocks that are not in a fixed relation, logging.
//
// The cycles from the start of the job to its end, for a legal schedule of operators with elements of 8 bits.
// Follows the firmware through all strips and its commands through the engines, so that its time grows with
// the commands. Nothing where there are more commands or bursts to follow than the limits.
std::optional<int64_t> estimate_stack_latency(const Stack& stack, const Schedule& schedule,
                                              const StackAddresses& addresses, const MachineTiming& timing,
                                              int64_t vector_lanes, const StackLatencyLimits& limits = {});

}  // namespace hwcvp::stack
