// What the compute commands of a schedule take together.
#pragma once

#include "schedules/latency/machine_timing.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::latency {

// All commands of a layer. The cycles of a command count for whatever decides them: array, or a port. A
// vector operation counts as if its lanes were the array.
struct ComputeWork {
  double commands = 0;
  double array = 0;
  double input_port = 0, weight_port = 0, accumulator_port = 0;

  // Between start and end of the commands, the starts aside.
  double cycles() const { return array + input_port + weight_port + accumulator_port; }
};

// Does not walk the nest: its work grows with the number of different sizes that tiles have.
ComputeWork compute_work(const Layer& layer, const Schedule& schedule, const MachineTiming& timing);

}  // namespace hwcvp::latency
