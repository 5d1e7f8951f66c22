#include "schedules/optimizer/search/latency_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/refine.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

// All starts are refined a little, and the best of them once more.
constexpr int kFirstRefinements = 200;
constexpr size_t kRefined = 3;
constexpr int kRefinements = 600;
constexpr double kEnough = 1.01;  // of the bound: no further search

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

// Tiles of whole lines, whose runs in memory are long.
PerDim<int64_t> whole_lines(const Layer& layer, PerDim<int64_t> multiples) {
  for (const Dim dim : {Dim::OX, Dim::FX}) multiples[index(dim)] = layer.extent(dim);
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
    std::vector<PerDim<int64_t>> tried;
    const PerDim<int64_t> array = full_array_multiples(layer, options);
    for (const auto& multiples : {options.constraints.tile_multiple, array, whole_lines(layer, array)}) {
      if (std::find(tried.begin(), tried.end(), multiples) != tried.end()) continue;
      tried.push_back(multiples);
      choice.constraints.tile_multiple = multiples;
      add(choice);
    }
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
  const auto fastest = [&] { return std::min_element(candidates.begin(), candidates.end(), faster); };
  const double enough = kEnough * static_cast<double>(latency_bound(layer, options.timing));
  for (const int rounds : {kFirstRefinements, kRefinements}) {
    std::stable_sort(candidates.begin(), candidates.end(), faster);
    if (rounds == kRefinements) candidates.resize(std::min(candidates.size(), kRefined));
    for (Candidate& candidate : candidates) {
      if (static_cast<double>(fastest()->cycles) <= enough) break;
      refine(layer, options, space, budget, rounds, candidate.schedule, evaluated);
      const Traffic traffic = predict_exact(layer, candidate.schedule).traffic;
      candidate.cycles = estimate_latency(layer, candidate.schedule, traffic, options.timing).cycles;
    }
  }
  return fastest()->schedule;
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
