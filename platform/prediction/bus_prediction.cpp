#include "platform/prediction/bus_prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "schedules/workload/error.h"

namespace hwcvp {

BurstRules burst_rules(const PlatformConfig& config) {
  return {config.hwc.max_burst_bytes, config.hwc.aligned_bursts, config.bus.width_bytes};
}

BusTraffic predict_bus_traffic(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                               const PlatformConfig& config, const std::function<void()>& poll) {
  const TensorPlacement placement =
      place_tensors(layer, std::numeric_limits<int64_t>::max(), layouts, config.layout.alignment_bytes);
  const BurstCounts counts =
      predict_bursts(layer, schedule, layouts, bases_of(placement), burst_rules(config), poll);
  return bus_traffic(counts, config.bus.width_bytes);
}

namespace {

bool counted_soon(const Layer& layer, const Schedule& schedule) {
  constexpr double kMostSteps = 1 << 20;
  // Most layers are too small for more, however they are cut: each loop goes through the pieces of four
  // tensors, partial sums among them.
  const auto extent = [&](Dim dim) { return static_cast<double>(layer.extent(dim)); };
  double pieces = extent(Dim::OY) * extent(Dim::FY) + extent(Dim::OX) * extent(Dim::FX);
  for (const Dim dim : kDims) pieces += extent(dim);
  const auto loops = static_cast<double>(schedule.loops.size());
  return 4 * (loops + 1) * pieces <= kMostSteps || burst_steps(layer, schedule) <= kMostSteps;
}

}  // namespace

std::optional<BusTraffic> predict_bus_traffic_soon(const Layer& layer, const Schedule& schedule,
                                                   const TensorLayouts& layouts,
                                                   const PlatformConfig& config) {
  if (!counted_soon(layer, schedule)) return std::nullopt;
  return predict_bus_traffic(layer, schedule, layouts, config);
}

TensorLayouts first_of(const LayoutCandidates& candidates) {
  return {candidates[0].front(), candidates[1].front(), candidates[2].front()};
}

TensorLayouts choose_layouts(const Layer& layer, const Schedule& schedule, const LayoutCandidates& candidates,
                             const PlatformConfig& config) {
  const Schedule in_one_piece;
  const bool choice =
      std::any_of(candidates.begin(), candidates.end(),
                  [](const std::vector<TensorLayout>& of_tensor) { return of_tensor.size() > 1; });
  // Where there is none, the layer is only asked whether it can lie so.
  const Schedule& counted = choice && counted_soon(layer, schedule) ? schedule : in_one_piece;
  TensorLayouts chosen;  // NCHW, which every layer can lie in, as long as a tensor's turn has not come
  for (const Tensor tensor : kTensors) {
    TensorLayouts trial = chosen;
    std::optional<std::pair<int64_t, int64_t>> least;
    std::string refusal;
    for (const TensorLayout& layout : candidates[index(tensor)]) {
      trial[index(tensor)] = layout;
      try {
        const BusTraffic bus = predict_bus_traffic(layer, counted, trial, config);
        const std::pair<int64_t, int64_t> cost(bus.bus_bytes.total(), bus.bursts.total());
        if (least && cost >= *least) continue;
        least = cost;
        chosen[index(tensor)] = layout;
      } catch (const InputError& error) {
        refusal = error.what();
      }
    }
    if (!least) throw InputError(refusal);
  }
  return chosen;
}

BusCounter bus_counter(const LayoutCandidates& candidates, const PlatformConfig& config) {
  BusCounter counter;
  counter.cost = [candidates, config](const Layer& layer,
                                      const Schedule& schedule) -> std::optional<BusCost> {
    if (!counted_soon(layer, schedule)) return std::nullopt;
    const TensorLayouts layouts = choose_layouts(layer, schedule, candidates, config);
    const BusTraffic bus = predict_bus_traffic(layer, schedule, layouts, config);
    return BusCost{bus.bus_bytes.total(), bus.bursts.total()};
  };
  const BurstRules rules = burst_rules(config);
  counter.machine = fmt::format("bursts of {} B{}, bus of {} B, alignment {} B", rules.max_burst_bytes,
                                rules.aligned_bursts ? " (aligned)" : "", rules.bus_width_bytes,
                                config.layout.alignment_bytes);
  for (const Tensor tensor : kTensors) {
    counter.machine += fmt::format(", {} in", to_string(tensor));
    for (const TensorLayout& layout : candidates[index(tensor)]) counter.machine += " " + to_string(layout);
  }
  return counter;
}

}  // namespace hwcvp
