#include "schedules/optimizer/objectives/least_bus_bytes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "schedules/optimizer/objectives/traffic_starts.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp {

using namespace optimizer;

namespace {

constexpr RefinementStage kCheapest = {600, 3};
constexpr double kHalf = 0.5;  // of the budget: for the search for least traffic

// Tiles of a dimension that are whole, or multiples of a width.
struct Wide {
  Dim dim;
  int64_t width;  // 0: whole
};

// What makes the runs of some layout long.
const std::vector<std::vector<Wide>>& contiguous_choices() {
  static const std::vector<std::vector<Wide>> choices = {
      {{Dim::OX, 0}},
      {{Dim::OX, 0}, {Dim::FX, 0}},
      {{Dim::OX, 16}},
      {{Dim::OX, 0}, {Dim::C, 0}, {Dim::FY, 0}, {Dim::FX, 0}},
      {{Dim::C, 0}},
      {{Dim::K, 0}},
      {{Dim::C, 0}, {Dim::K, 0}},
      {{Dim::C, 16}, {Dim::K, 16}},
      {{Dim::C, 64}, {Dim::K, 64}},
  };
  return choices;
}

// False where the choice demands nothing that the constraints do not.
bool widen(const Layer& layer, const std::vector<Wide>& choice, PerDim<int64_t>& multiples) {
  const PerDim<int64_t> before = multiples;
  for (const Wide& wide : choice) {
    int64_t& multiple = multiples[index(wide.dim)];
    const int64_t extent = layer.extent(wide.dim);
    multiple = wide.width == 0 ? std::max(multiple, extent) : std::lcm(multiple, wide.width);
    multiple = std::min(multiple, std::max(extent, before[index(wide.dim)]));
  }
  return multiples != before;
}

// The fixed outer loops and the multiples of a choice may contradict each other.
bool possible(const Layer& layer, const OptimizerOptions& options) {
  try {
    options.constraints.validate(layer, "constraints");
    return true;
  } catch (const InputError&) {
    return false;
  }
}

// What descents find where tensors must travel in long runs.
void add_contiguous(SearchContext& context, std::vector<Candidate>& candidates) {
  const Layer& layer = context.layer();
  OptimizerOptions choice = context.options();
  for (const std::vector<Wide>& wide : contiguous_choices()) {
    if (context.budget().spent_now()) break;
    PerDim<int64_t>& multiples = choice.constraints.tile_multiple;
    multiples = context.options().constraints.tile_multiple;
    if (!widen(layer, wide, multiples) || !possible(layer, choice)) continue;
    add_descent(context, choice, candidates);
  }
}

}  // namespace

void LeastBusBytes::add_to_key(nlohmann::json& key) const { key["bus"] = counter_.machine; }

ObjectiveValue LeastBusBytes::value(const SearchContext& context, const Schedule& schedule,
                                    const Traffic& /*traffic*/) const {
  const std::optional<BusCost> cost = counter_.cost(context.layer(), schedule);
  return cost ? ObjectiveValue{cost->bus_bytes, cost->bursts} : ObjectiveValue{};
}

std::optional<int64_t> LeastBusBytes::value_within(int64_t limit, const SearchContext& context,
                                                   const Schedule& schedule, const Traffic& traffic) const {
  if (traffic.total() > limit) return std::nullopt;  // bus bytes are no fewer
  const std::optional<BusCost> cost = counter_.cost(context.layer(), schedule);
  return cost && cost->bus_bytes <= limit ? std::optional(cost->bus_bytes) : std::nullopt;
}

int64_t LeastBusBytes::bound(const SearchContext& context) const { return context.bytes_bound(); }

Starts LeastBusBytes::starts(SearchContext& context) const {
  Starts starts;
  add_least_traffic(context, context.options(), kHalf, Proofs::taken_over, starts.candidates);
  if (starts.candidates.empty()) return starts;
  // Nothing takes fewer bytes than the least that is useful.
  if (starts.candidates.front().value.value <= bound(context)) return starts;
  add_contiguous(context, starts.candidates);
  add_quickest(context, starts.candidates);
  starts.stages = {kCheapest};
  return starts;
}

ObjectiveFields LeastBusBytes::fields() const {
  ObjectiveFields fields;
  fields.bus = true;
  return fields;
}

void LeastBusBytes::complete(const Layer& layer, OptimizerResult& result) const {
  const std::optional<BusCost> cost = counter_.cost(layer, result.schedule);
  if (!cost) {
    throw InputError(
        layer.name +
        ": bus bytes: no schedule was found that has so few different regions that they are counted");
  }
  result.bus = *cost;
  result.optimal = result.bus.bus_bytes == result.proven_bound;
}

}  // namespace hwcvp
