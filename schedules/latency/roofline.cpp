#include "schedules/latency/roofline.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hwcvp {

namespace {

// What most cycles of the compute engine go to.
RooflineBound compute_bound(const ComputeCycles& cycles) {
  const std::array<std::pair<int64_t, RooflineBound>, 5> parts = {{
      {cycles.array, RooflineBound::array},
      {cycles.input_port, RooflineBound::input_port},
      {cycles.weight_port, RooflineBound::weight_port},
      {cycles.accumulator_port, RooflineBound::accumulator_port},
      {cycles.start, RooflineBound::commands},
  }};
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  return std::max_element(parts.begin(), parts.end(), less)->second;
}

}  // namespace

const char* to_string(RooflineBound bound) {
  constexpr std::array kNames = {"memory",           "array",   "input_port", "weight_port",
                                 "accumulator_port", "commands"};
  return kNames[static_cast<size_t>(bound)];
}

RooflinePosition roofline_position(int64_t macs, const Traffic& traffic, int64_t cycles,
                                   const LatencyEstimate& estimate, const MachineTiming& timing) {
  const auto all = static_cast<double>(macs);
  RooflinePosition position;
  position.macs_per_byte = all / static_cast<double>(traffic.total());
  position.memory_macs_per_cycle = position.macs_per_byte * timing.bytes_per_cycle();
  position.compute_macs_per_cycle = all / static_cast<double>(estimate.compute_cycles);
  position.array_utilization =
      position.compute_macs_per_cycle / static_cast<double>(timing.mac_rows * timing.mac_columns);
  position.achieved_macs_per_cycle = all / static_cast<double>(cycles);

  position.bound = compute_bound(estimate.compute);
  position.attainable_macs_per_cycle = position.compute_macs_per_cycle;
  const auto lower = [&position](double roof, RooflineBound bound) {
    if (roof >= position.attainable_macs_per_cycle) return;
    position.attainable_macs_per_cycle = roof;
    position.bound = bound;
  };
  lower(position.memory_macs_per_cycle, RooflineBound::memory);
  if (estimate.issue_cycles > 0) {
    position.issue_macs_per_cycle = all / static_cast<double>(estimate.issue_cycles);
    lower(position.issue_macs_per_cycle, RooflineBound::commands);
  }
  return position;
}

}  // namespace hwcvp
