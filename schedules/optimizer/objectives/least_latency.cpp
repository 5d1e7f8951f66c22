#include "schedules/optimizer/objectives/least_latency.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "schedules/latency/latency_model.h"
#include "schedules/latency/least_transfer.h"
#include "schedules/latency/mac_array.h"
#include "schedules/optimizer/objectives/traffic_starts.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

using namespace optimizer;

namespace {

// All starts are refined a little, and the best of them once more.
constexpr RefinementStage kAllStarts = {200, std::numeric_limits<size_t>::max()};
constexpr RefinementStage kFastest = {600, 3};
constexpr double kEnough = 1.01;   // of the bound: no further search
constexpr double kQuarter = 0.25;  // of the budget: for each search for least traffic

// Multiples that suit the MAC array as well, where the layer has as many channels.
PerDim<int64_t> full_array_multiples(const SearchContext& context, const MachineTiming& timing) {
  PerDim<int64_t> multiples = context.options().constraints.tile_multiple;
  const auto widen = [&](Dim dim, int64_t width) {
    int64_t& multiple = multiples[index(dim)];
    const int64_t wider = multiple / std::gcd(multiple, width) * width;
    if (wider < context.layer().extent(dim)) multiple = wider;
  };
  widen(Dim::K, timing.mac_rows);
  widen(Dim::C, timing.mac_columns);
  return multiples;
}

// Tiles of whole lines, whose runs in memory are long.
PerDim<int64_t> whole_lines(const Layer& layer, PerDim<int64_t> multiples) {
  for (const Dim dim : {Dim::OX, Dim::FX}) multiples[index(dim)] = layer.extent(dim);
  return multiples;
}

// For each set of tensors with two buffers that has those which the options ask for.
std::vector<Candidate> descents(SearchContext& context, const MachineTiming& timing) {
  const OptimizerOptions& options = context.options();
  const PerDim<int64_t> array = full_array_multiples(context, timing);
  std::vector<Candidate> candidates;
  OptimizerOptions choice = options;
  for (unsigned set = 0; set < 1U << kTensorCount; ++set) {
    bool required = true;
    for (size_t t = 0; t < kTensorCount; ++t) {
      choice.double_buffer[t] = (set >> t & 1U) != 0;
      required = required && choice.double_buffer[t] >= options.double_buffer[t];
    }
    if (!required) continue;
    std::vector<PerDim<int64_t>> tried;
    for (const auto& multiples :
         {options.constraints.tile_multiple, array, whole_lines(context.layer(), array)}) {
      if (std::find(tried.begin(), tried.end(), multiples) != tried.end()) continue;
      tried.push_back(multiples);
      choice.constraints.tile_multiple = multiples;
      if (candidates.empty() || !context.budget().spent_now()) add_descent(context, choice, candidates);
    }
  }
  return candidates;
}

std::function<bool()> until_spent(const SearchContext& context) {
  return [&context] { return context.budget().spent_now(); };
}

}  // namespace

void LeastLatency::add_to_key(nlohmann::json& key) const {
  nlohmann::json& timing = key["timing"];
  visit_timing(timing_, [&timing](const char* name, const auto& value) { timing[name] = value; });
}

ObjectiveValue LeastLatency::value(const SearchContext& context, const Schedule& schedule,
                                   const Traffic& traffic) const {
  const auto estimate =
      estimate_latency_until(until_spent(context), context.layer(), schedule, traffic, timing_);
  return estimate ? ObjectiveValue{estimate->cycles} : ObjectiveValue{};
}

std::optional<int64_t> LeastLatency::value_within(int64_t limit, const SearchContext& context,
                                                  const Schedule& schedule, const Traffic& traffic) const {
  return cycles_within(limit, context.layer(), schedule, traffic, timing_, until_spent(context));
}

int64_t LeastLatency::bound(const SearchContext& context) const {
  return latency_bound(context.layer(), timing_);
}

Starts LeastLatency::starts(SearchContext& context) const {
  Starts starts;
  std::vector<Candidate> quickest;
  add_quickest(context, quickest);  // whose cycles are asked for while there is time
  starts.candidates = descents(context, timing_);
  if (context.budget().spent_now()) {
    starts.candidates.insert(starts.candidates.begin(), quickest.begin(), quickest.end());
  }
  if (starts.candidates.empty()) return starts;
  OptimizerOptions twice = context.options();
  twice.double_buffer.fill(true);
  for (const OptimizerOptions& choice : {context.options(), twice}) {
    if (context.budget().spent_now()) break;
    add_least_traffic(context, choice, kQuarter, Proofs::left, starts.candidates);
  }
  starts.stages = {kAllStarts, kFastest};
  starts.enough = static_cast<int64_t>(std::floor(kEnough * static_cast<double>(bound(context))));
  return starts;
}

ObjectiveFields LeastLatency::fields() const {
  ObjectiveFields fields;
  fields.latency = true;
  return fields;
}

void LeastLatency::complete(const Layer& layer, OptimizerResult& result) const {
  const Traffic& traffic = result.prediction.traffic;
  if (result.finished) {
    result.latency = estimate_latency(layer, result.schedule, traffic, timing_);
  } else if (result.value < std::numeric_limits<int64_t>::max()) {
    result.latency = estimate_of_cycles(result.value, layer, result.schedule, traffic, timing_);
  } else if (const auto estimate = estimate_latency_at_once(layer, result.schedule, traffic, timing_)) {
    result.latency = *estimate;
  } else {
    throw InputError(layer.name + ": cycles: the search had to end before those of any schedule were known");
  }
  result.latency_bound = latency_bound(layer, timing_);
  result.optimal = false;
}

int64_t latency_bound(const Layer& layer, const MachineTiming& timing) {
  return std::max(least_array_cycles(layer, timing), least_transfer_cycles(layer, timing));
}

}  // namespace hwcvp
