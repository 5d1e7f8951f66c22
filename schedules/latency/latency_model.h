// How long the HWC takes for a schedule.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "schedules/latency/machine_timing.h"
#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// What the cycles of the compute engine go to. Those of a command, behind its start, count for what decides
// them: the MAC array, or one of its ports to the buffers.
struct ComputeCycles {
  int64_t start = 0;  // of commands
  int64_t array = 0;
  int64_t input_port = 0, weight_port = 0, accumulator_port = 0;
};

struct LatencyEstimate {
  int64_t compute_cycles = 0;   // the compute engine is at work
  ComputeCycles compute;        // which these are, but for rounding
  int64_t issue_cycles = 0;     // that the control processor takes for the compute commands, at the least
  int64_t transfer_cycles = 0;  // that the bytes take at the sustained rate of the memory
  int64_t cycles = 0;           // from the start of the layer to its end
};

// Does not model: other masters on the bus, clocks that are not in a fixed relation.
//
// Follows the firmware through the nest and its commands through the engines, from step to step, until the
// steps of a loop have become alike, and then multiplies (docs/latency-model.md). Its work grows with the
// depth of the nest, hardly with the number of its steps.
LatencyEstimate estimate_latency(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                                 const MachineTiming& timing);

// The same, or nothing where it would take longer than a second or so.
std::optional<LatencyEstimate> estimate_latency_soon(const Layer& layer, const Schedule& schedule,
                                                     const Traffic& traffic, const MachineTiming& timing);

// The same for a schedule whose cycles are known, without following it.
LatencyEstimate estimate_of_cycles(int64_t cycles, const Layer& layer, const Schedule& schedule,
                                   const Traffic& traffic, const MachineTiming& timing);

// The same, or nothing where it would take longer than a tenth of a second or so.
std::optional<LatencyEstimate> estimate_latency_at_once(const Layer& layer, const Schedule& schedule,
                                                        const Traffic& traffic, const MachineTiming& timing);

// The same, or nothing once `stop`, which is asked after a millisecond at the latest, says so.
std::optional<LatencyEstimate> estimate_latency_until(const std::function<bool()>& stop, const Layer& layer,
                                                      const Schedule& schedule, const Traffic& traffic,
                                                      const MachineTiming& timing);

// Cycles that the estimate does not undercut, known at once: what the compute engine, the bytes at the
// sustained rate, or the issue of commands take.
int64_t least_cycles(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                     const MachineTiming& timing);

// What the model does not follow on this machine, and how far its estimates are to be trusted, in a clause
// for people; empty where it follows all that it is told of.
std::string latency_caveat(const MachineTiming& timing);

// Steps of a nest that cycles_within() follows until they settle. Where many schedules are asked for, those
// that do not settle soon are hardly ever fast, and take milliseconds.
enum class StepLimit : int64_t { few = 1200, many = 20'000 };

// The cycles alone, for a search: nothing, and sooner, where they are more than `limit`, or where more steps
// would have to be followed, or once `stop` says so.
std::optional<int64_t> cycles_within(int64_t limit, const Layer& layer, const Schedule& schedule,
                                     const Traffic& traffic, const MachineTiming& timing,
                                     const std::function<bool()>& stop = {},
                                     StepLimit steps = StepLimit::few);

}  // namespace hwcvp
