#include "schedules/latency/latency_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "schedules/latency/compute_work.h"
#include "schedules/latency/firmware_walk.h"

namespace hwcvp {

namespace {

using latency::compute_work;
using latency::ComputeWork;
using latency::FirmwareWalk;

double busy_cycles(const ComputeWork& work, const MachineTiming& timing) {
  return work.cycles() + work.commands * timing.compute_start_cycles;
}

double transfer_cycles(const Traffic& traffic, const MachineTiming& timing) {
  return static_cast<double>(traffic.total()) / timing.bytes_per_cycle();
}

// What the processor takes at the least: for each command the step of the nest, and the push.
double issue_cycles(const ComputeWork& work, const MachineTiming& timing) {
  return work.commands * (timing.firmware.instructions[FirmwareCosts::step] * timing.instruction_cycles +
                          timing.access_cycles + timing.register_cycles);
}

double least(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
             const MachineTiming& timing) {
  const ComputeWork work = compute_work(layer, schedule, timing);
  return std::max({busy_cycles(work, timing), transfer_cycles(traffic, timing), issue_cycles(work, timing)});
}

std::optional<LatencyEstimate> estimate_within(const FirmwareWalk::Limits& limits, const Layer& layer,
                                               const Schedule& schedule, const Traffic& traffic,
                                               const MachineTiming& timing) {
  FirmwareWalk walk(layer, schedule, timing);
  const std::optional<double> cycles = walk.run(limits);
  if (!cycles) return std::nullopt;
  return estimate_of_cycles(std::llround(*cycles), layer, schedule, traffic, timing);
}

}  // namespace

LatencyEstimate estimate_of_cycles(int64_t cycles, const Layer& layer, const Schedule& schedule,
                                   const Traffic& traffic, const MachineTiming& timing) {
  LatencyEstimate estimate;
  estimate.cycles = cycles;
  const ComputeWork work = compute_work(layer, schedule, timing);
  estimate.compute_cycles = std::llround(busy_cycles(work, timing));
  estimate.compute.start = std::llround(work.commands * timing.compute_start_cycles);
  estimate.compute.array = std::llround(work.array);
  estimate.compute.input_port = std::llround(work.input_port);
  estimate.compute.weight_port = std::llround(work.weight_port);
  estimate.compute.accumulator_port = std::llround(work.accumulator_port);
  estimate.issue_cycles = std::llround(issue_cycles(work, timing));
  estimate.transfer_cycles = std::llround(transfer_cycles(traffic, timing));
  return estimate;
}

std::string latency_caveat(const MachineTiming& timing) {
  constexpr int64_t kShortFifo = 2;
  if (timing.fifo_depth <= kShortFifo && timing.instruction_cycles > 0) {
    return "FIFOs of one or two commands make the control processor sleep at nearly every command, which "
           "takes "
           "longer than the prediction, by up to a fifth";
  }
  if (!timing.dram) return "";
  if (timing.approximately_timed) {
    return "transactions of the engines compete for the DRAM, whose controller may serve them in another "
           "order than the prediction, which then is too high";
  }
  if (timing.dram->closed_page) {
    return "the DRAM closes pages, and its controller may serve accesses of a transaction in another order "
           "than the prediction, which then is too high";
  }
  return "";
}

int64_t least_cycles(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                     const MachineTiming& timing) {
  return static_cast<int64_t>(std::floor(least(layer, schedule, traffic, timing)));
}

LatencyEstimate estimate_latency(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                                 const MachineTiming& timing) {
  return *estimate_within({}, layer, schedule, traffic, timing);
}

std::optional<LatencyEstimate> estimate_latency_soon(const Layer& layer, const Schedule& schedule,
                                                     const Traffic& traffic, const MachineTiming& timing) {
  FirmwareWalk::Limits limits;
  limits.steps = 400'000;
  limits.bursts = 20'000'000;
  return estimate_within(limits, layer, schedule, traffic, timing);
}

std::optional<LatencyEstimate> estimate_latency_at_once(const Layer& layer, const Schedule& schedule,
                                                        const Traffic& traffic, const MachineTiming& timing) {
  FirmwareWalk::Limits limits;
  limits.steps = 20'000;
  limits.bursts = 500'000;
  return estimate_within(limits, layer, schedule, traffic, timing);
}

std::optional<LatencyEstimate> estimate_latency_until(const std::function<bool()>& stop, const Layer& layer,
                                                      const Schedule& schedule, const Traffic& traffic,
                                                      const MachineTiming& timing) {
  FirmwareWalk::Limits limits;
  limits.stop = stop;
  return estimate_within(limits, layer, schedule, traffic, timing);
}

std::optional<int64_t> cycles_within(int64_t limit, const Layer& layer, const Schedule& schedule,
                                     const Traffic& traffic, const MachineTiming& timing,
                                     const std::function<bool()>& stop, StepLimit steps) {
  if (least(layer, schedule, traffic, timing) > static_cast<double>(limit)) return std::nullopt;
  FirmwareWalk walk(layer, schedule, timing);
  FirmwareWalk::Limits limits;
  limits.cycles = static_cast<double>(limit) + 0.5;
  limits.stop = stop;
  if (limit != std::numeric_limits<int64_t>::max()) limits.steps = static_cast<int64_t>(steps);
  const std::optional<double> cycles = walk.run(limits);
  return cycles ? std::optional<int64_t>(std::llround(*cycles)) : std::nullopt;
}

}  // namespace hwcvp
