#include "schedules/optimizer/search/bus_search.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "schedules/optimizer/optimizer.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/refine.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kRefined = 3;  // of the starts
constexpr int kRefinements = 600;

struct Candidate {
  BusCost cost;
  Schedule schedule;
};

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

OptimizerResult least_traffic(const Layer& layer, OptimizerOptions options) {
  options.objective = Objective::traffic;
  options.time_limit_seconds /= 2;  // none stays none
  return optimize(layer, options);
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

}  // namespace

BusSearchResult search_bus_bytes(const Layer& layer, const OptimizerOptions& options,
                                 const SearchSpace& space, Budget& budget, int64_t& evaluated) {
  const OptimizerResult least = least_traffic(layer, options);
  evaluated += least.evaluated;
  std::vector<Candidate> candidates = {{options.bus.cost(layer, least.schedule), least.schedule}};
  // Nothing takes fewer bytes than the least that is useful.
  if (candidates[0].cost.bus_bytes == least.proven_bound) return {least.schedule, least.proven_bound};
  OptimizerOptions choice = options;
  for (const std::vector<Wide>& wide : contiguous_choices()) {
    if (budget.spent()) break;
    choice.constraints.tile_multiple = options.constraints.tile_multiple;
    if (!widen(layer, wide, choice.constraints.tile_multiple) || !possible(layer, choice)) continue;
    const SearchSpace narrower(layer, choice);
    Descent descent(layer, choice, narrower, budget);
    descent.search_all(0);
    evaluated += descent.evaluated();
    if (descent.found()) {
      candidates.push_back({options.bus.cost(layer, descent.schedule()), descent.schedule()});
    }
  }
  const auto cheaper = [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; };
  std::stable_sort(candidates.begin(), candidates.end(), cheaper);
  candidates.resize(std::min(candidates.size(), kRefined));
  for (Candidate& candidate : candidates) {
    refine(layer, options, space, budget, kRefinements, candidate.schedule, evaluated);
    candidate.cost = options.bus.cost(layer, candidate.schedule);
  }
  return {std::min_element(candidates.begin(), candidates.end(), cheaper)->schedule, least.proven_bound};
}

}  // namespace hwcvp::optimizer
