#include "schedules/optimizer/latency_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "schedules/bounds.h"
#include "schedules/exact_predictor.h"
#include "schedules/lattice_sums.h"
#include "schedules/optimizer/descent.h"
#include "schedules/optimizer/refine.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kRefined = 3;  // of the starts
constexpr int kRefinements = 600;

struct Candidate {
  int64_t cycles;
  Schedule schedule;
};

// Multiples that suit the MAC array as well, where the layer has as many channels.
PerDim<int64_t> full_array_multiples(const Layer& layer, const OptimizerOptions& options) {
  PerDim<int64_t> multiples = options.constraints.tile_multiple;
  const auto widen = [&](Dim dim, int64_t width) {
    int64_t& multiple = multiples[index(dim)];
    const int64_t wider = multiple / std::gcd(multiple, width) * width;
    if (wider < layer.extent(dim)) multiple = wider;
  };
  widen(Dim::K, options.timing.mac_rows);
  widen(Dim::C, options.timing.mac_columns);
  return multiples;
}

std::optional<Candidate> least_traffic(const Layer& layer, const OptimizerOptions& options, Budget& budget,
                                       int64_t& evaluated) {
  const SearchSpace space(layer, options);
  Descent descent(layer, options, space, budget);
  descent.search_all(0);
  evaluated += descent.evaluated();
  if (!descent.found()) return std::nullopt;
  const Schedule& schedule = descent.schedule();
  const Traffic traffic = predict_exact(layer, schedule).traffic;
  return Candidate{estimate_latency(layer, schedule, traffic, options.timing).cycles, schedule};
}

// What the search for least traffic finds, with all of its means, where anything fits.
std::optional<Candidate> proven_traffic(const Layer& layer, OptimizerOptions options, int64_t& evaluated) {
  options.objective = Objective::traffic;
  options.time_limit_seconds /= 4;  // none stays none
  try {
    const OptimizerResult found = optimize(layer, options);
    evaluated += found.evaluated;
    const Traffic& traffic = found.prediction.traffic;
    return Candidate{estimate_latency(layer, found.schedule, traffic, options.timing).cycles, found.schedule};
  } catch (const NothingFits&) {
    return std::nullopt;
  }
}

}  // namespace

Schedule search_latency(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                        Budget& budget, int64_t& evaluated) {
  std::vector<Candidate> candidates;
  const auto add = [&](const OptimizerOptions& choice) {
    if (!candidates.empty() && budget.spent()) return;
    if (const auto found = least_traffic(layer, choice, budget, evaluated)) candidates.push_back(*found);
  };
  OptimizerOptions choice = options;
  for (unsigned set = 0; set < 1U << kTensorCount; ++set) {
    bool required = true;
    for (size_t t = 0; t < kTensorCount; ++t) {
      choice.double_buffer[t] = (set >> t & 1U) != 0;
      required = required && choice.double_buffer[t] >= options.double_buffer[t];
    }
    if (!required) continue;
    choice.constraints.tile_multiple = options.constraints.tile_multiple;
    add(choice);
    choice.constraints.tile_multiple = full_array_multiples(layer, options);
    if (choice.constraints.tile_multiple != options.constraints.tile_multiple) add(choice);
  }
  if (candidates.empty()) throw space.none_left();
  // So that no schedule of least traffic is faster, with two buffers or with one.
  for (const bool twice : {false, true}) {
    if (budget.spent()) break;
    choice = options;
    if (twice) choice.double_buffer.fill(true);
    if (const auto found = proven_traffic(layer, choice, evaluated)) candidates.push_back(*found);
  }
  const auto faster = [](const Candidate& a, const Candidate& b) { return a.cycles < b.cycles; };
  std::stable_sort(candidates.begin(), candidates.end(), faster);
  candidates.resize(std::min(candidates.size(), kRefined));
  for (Candidate& candidate : candidates) {
    refine(layer, options, space, budget, kRefinements, candidate.schedule, evaluated);
    const Traffic traffic = predict_exact(layer, candidate.schedule).traffic;
    candidate.cycles = estimate_latency(layer, candidate.schedule, traffic, options.timing).cycles;
  }
  return std::min_element(candidates.begin(), candidates.end(), faster)->schedule;
}

int64_t latency_bound(const Layer& layer, const MachineTiming& timing) {
  int64_t compute = 1;
  for (const Dim dim : kDims) {
    const int64_t width = dim == Dim::K ? timing.mac_rows : dim == Dim::C ? timing.mac_columns : 1;
    compute *= ceil_div(layer.extent(dim), width);
  }
  const double transfer = static_cast<double>(compulsory_bytes(layer)) / timing.bytes_per_cycle();
  return std::max(compute, static_cast<int64_t>(std::floor(transfer)));
}

}  // namespace hwcvp::optimizer
