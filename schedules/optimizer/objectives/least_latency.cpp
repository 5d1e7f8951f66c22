#include "schedules/optimizer/objectives/least_latency.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "schedules/latency/latency_model.h"
#include "schedules/latency/least_transfer.h"
#include "schedules/latency/mac_array.h"
#include "schedules/optimizer/objectives/front_search.h"
#include "schedules/optimizer/objectives/latency_fields.h"
#include "schedules/optimizer/objectives/traffic_starts.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

using namespace optimizer;

namespace {

// The fastest schedules are refined a little, and the best of them once more.
constexpr RefinementStage kFast = {200, 4};
constexpr RefinementStage kFastest = {600, 2};
constexpr double kQuarter = 0.25;  // of the budget: for each search for least traffic

std::function<bool()> until_spent(const SearchContext& context) {
  return [&context] { return context.budget().spent_now(); };
}

}  // namespace

void LeastLatency::add_to_key(nlohmann::json& key) const { add_timing_to_key(timing_, key); }

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
  for (Candidate& candidate : quickest) {
    if (candidate.value.value < std::numeric_limits<int64_t>::max()) continue;
    const Traffic traffic = predict_exact(context.layer(), candidate.schedule).traffic;
    const auto estimate = estimate_latency_at_once(context.layer(), candidate.schedule, traffic, timing_);
    if (estimate) candidate.value = {estimate->cycles};
  }
  FrontSearch search(context, timing_);
  if (!search.search_least_cost(kQuarter)) {
    starts.candidates = quickest;
    return starts;
  }
  starts.stages = {kFast, kFastest};
  starts.enough = search.enough_cycles();
  search.search_fewest_cycles();
  for (const TimedSchedule& known : search.front()) {
    starts.candidates.push_back({{known.cycles}, known.schedule});
  }
  const int64_t fastest =
      starts.candidates.empty() ? std::numeric_limits<int64_t>::max() : starts.candidates.front().value.value;
  for (const Candidate& candidate : quickest) {
    if (starts.candidates.empty() || candidate.value.value < fastest) starts.candidates.push_back(candidate);
  }
  if (context.budget().spent_now() || search.front().empty()) {
    starts.candidates.push_back(search.least_cost());
    return starts;
  }
  if (starts.candidates.front().value.value > starts.enough) {
    OptimizerOptions twice = context.options();
    twice.double_buffer.fill(true);
    add_least_traffic(context, twice, kQuarter, Proofs::left, starts.candidates);
  }
  return starts;
}

ObjectiveFields LeastLatency::fields() const {
  ObjectiveFields fields;
  fields.latency = true;
  return fields;
}

void LeastLatency::complete(const Layer& layer, OptimizerResult& result) const {
  complete_latency(layer, timing_, result.value, result);
  result.optimal = false;
}

int64_t latency_bound(const Layer& layer, const MachineTiming& timing) {
  return std::max(least_array_cycles(layer, timing), least_transfer_cycles(layer, timing));
}

}  // namespace hwcvp
