#include "schedules/stack/latency/stack_latency.h"

#include <cmath>

#include "schedules/stack/latency/stack_walk.h"

namespace hwcvp::stack {

std::optional<int64_t> estimate_stack_latency(const Stack& stack, const Schedule& schedule,
                                              const StackAddresses& addresses, const MachineTiming& timing,
                                              int64_t vector_lanes, const StackLatencyLimits& limits) {
  StackWalk walk(stack, schedule, addresses, timing, vector_lanes);
  const std::optional<double> cycles = walk.run(limits);
  return cycles ? std::optional<int64_t>(std::llround(*cycles)) : std::nullopt;
}

}  // namespace hwcvp::stack
