#include "schedules/latency/latency_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "schedules/latency/firmware_walk.h"
#include "schedules/math/division.h"
#include "schedules/math/nested_tiles.h"

namespace hwcvp {

namespace {

using latency::FirmwareWalk;

// The pieces of each dimension under the first `loops` loops.
std::vector<NestedTiles> cut(const Layer& layer, const Schedule& schedule, size_t loops) {
  std::vector<NestedTiles> tiles;
  tiles.reserve(kDimCount);
  for (const Dim dim : kDims) tiles.emplace_back(layer.extent(dim));
  for (size_t i = 0; i < loops; ++i) {
    NestedTiles& dimension = tiles[index(schedule.loops[i].dim)];
    if (schedule.loops[i].tile < dimension.tile(dimension.depth())) dimension.cut(schedule.loops[i].tile);
  }
  return tiles;
}

struct Computing {
  double commands;
  double cycles;  // of the array
};

// The leaves are all combinations of the dimensions' innermost pieces, so the sum over leaves of a product is
// the product of sums.
Computing computing(const Layer& layer, const Schedule& schedule, const MachineTiming& timing) {
  const std::vector<NestedTiles> tiles = cut(layer, schedule, schedule.loops.size());
  Computing product = {1, 1};
  for (const Dim dim : kDims) {
    const int64_t width = timing.vector   ? 1
                          : dim == Dim::K ? timing.mac_rows
                          : dim == Dim::C ? timing.mac_columns
                                          : 1;
    const NestedTiles& pieces = tiles[index(dim)];
    int64_t sum = 0;
    for (const auto& piece : pieces.classes(pieces.depth())) sum += piece.count * ceil_div(piece.size, width);
    product.commands *= static_cast<double>(pieces.pieces(pieces.depth()));
    product.cycles *= static_cast<double>(sum);
  }
  // But for lanes that stay empty in a command's last cycle.
  if (timing.vector) product.cycles /= static_cast<double>(timing.vector->lanes);
  return product;
}

double busy_cycles(const Computing& computing, const MachineTiming& timing) {
  return computing.cycles + computing.commands * timing.compute_start_cycles;
}

double transfer_cycles(const Traffic& traffic, const MachineTiming& timing) {
  return static_cast<double>(traffic.total()) / timing.bytes_per_cycle();
}

// What the processor takes at the least: for each command the step of the nest, and the push.
double issue_cycles(const Computing& computing, const MachineTiming& timing) {
  return computing.commands * (timing.firmware.instructions[FirmwareCosts::step] * timing.instruction_cycles +
                               timing.access_cycles + timing.register_cycles);
}

std::optional<LatencyEstimate> estimate_within(const FirmwareWalk::Limits& limits, const Layer& layer,
                                               const Schedule& schedule, const Traffic& traffic,
                                               const MachineTiming& timing) {
  FirmwareWalk walk(layer, schedule, timing);
  const std::optional<double> cycles = walk.run(limits);
  if (!cycles) return std::nullopt;
  LatencyEstimate estimate;
  estimate.cycles = std::llround(*cycles);
  estimate.compute_cycles = std::llround(busy_cycles(computing(layer, schedule, timing), timing));
  estimate.transfer_cycles = std::llround(transfer_cycles(traffic, timing));
  return estimate;
}

}  // namespace

std::string latency_caveat(const MachineTiming& timing) {
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

std::optional<LatencyEstimate> estimate_latency_until(const std::function<bool()>& stop, const Layer& layer,
                                                      const Schedule& schedule, const Traffic& traffic,
                                                      const MachineTiming& timing) {
  FirmwareWalk::Limits limits;
  limits.stop = stop;
  return estimate_within(limits, layer, schedule, traffic, timing);
}

std::optional<int64_t> cycles_within(int64_t limit, const Layer& layer, const Schedule& schedule,
                                     const Traffic& traffic, const MachineTiming& timing,
                                     const std::function<bool()>& stop) {
  const Computing work = computing(layer, schedule, timing);
  // Schedules with more different steps are hardly ever fast, and take milliseconds.
  constexpr int64_t kMostSteps = 1200;
  const double least =
      std::max({busy_cycles(work, timing), transfer_cycles(traffic, timing), issue_cycles(work, timing)});
  if (least > static_cast<double>(limit)) return std::nullopt;
  FirmwareWalk walk(layer, schedule, timing);
  FirmwareWalk::Limits limits;
  limits.cycles = static_cast<double>(limit) + 0.5;
  limits.stop = stop;
  if (limit != std::numeric_limits<int64_t>::max()) limits.steps = kMostSteps;
  const std::optional<double> cycles = walk.run(limits);
  return cycles ? std::optional<int64_t>(std::llround(*cycles)) : std::nullopt;
}

}  // namespace hwcvp
