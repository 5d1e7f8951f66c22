#include "schedules/optimizer/objectives/front.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/front_search.h"
#include "schedules/optimizer/objectives/latency_fields.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

using namespace optimizer;

namespace {

constexpr double kShareForCost = 0.4;  // of the budget
constexpr int kLimits = 10;            // of cycles, between the ends

// With the loops that fixed levels add, which take cycles of their own. Those whose cycles would take long to
// know are left out.
std::vector<TimedSchedule> expanded(const SearchContext& context, const std::vector<TimedSchedule>& compact,
                                    const MachineTiming& timing) {
  std::vector<TimedSchedule> all;
  for (const TimedSchedule& known : compact) {
    TimedSchedule point = known;
    point.schedule = context.space().expand(known.schedule);
    if (!(point.schedule == known.schedule)) {
      const Traffic traffic = predict_exact(context.layer(), point.schedule).traffic;
      const auto estimate = estimate_latency_at_once(context.layer(), point.schedule, traffic, timing);
      if (!estimate) continue;
      point.cycles = estimate->cycles;
    }
    // By descending cost: what is no slower than those before makes them superfluous.
    while (!all.empty() && all.back().cycles >= point.cycles) all.pop_back();
    all.push_back(std::move(point));
  }
  return all;
}

}  // namespace

void Front::add_to_key(nlohmann::json& key) const { add_timing_to_key(timing_, key); }

ObjectiveValue Front::value(const SearchContext& context, const Schedule& /*schedule*/,
                            const Traffic& traffic) const {
  return {context.prices().cost(traffic) - context.constants_cost()};
}

std::optional<int64_t> Front::value_within(int64_t limit, const SearchContext& context,
                                           const Schedule& schedule, const Traffic& traffic) const {
  const int64_t cost = value(context, schedule, traffic).value;
  return cost <= limit ? std::optional(cost) : std::nullopt;
}

int64_t Front::bound(const SearchContext& context) const { return context.cost_bound(); }

Starts Front::starts(SearchContext& context) const {
  FrontSearch search(context, timing_);
  if (!search.search_least_cost(kShareForCost)) return {};
  Starts starts;
  starts.candidates = {search.least_cost()};
  if (search.front().empty()) return starts;  // out of time
  search.search_fewest_cycles();
  search.search_least_cost_within(static_cast<int64_t>(
      std::floor((1 + Balanced::kSlack) * static_cast<double>(search.front().front().cycles))));
  search.search_between(kLimits);
  const TimedSchedule& least = search.front().back();
  starts.candidates = {{{least.cost, least.cycles}, least.schedule}};
  context.set_front(expanded(context, search.front(), timing_));
  return starts;
}

ObjectiveFields Front::fields() const {
  ObjectiveFields fields;
  fields.latency = true;
  fields.front = true;
  return fields;
}

void Front::complete(const Layer& layer, OptimizerResult& result) const {
  complete_latency(layer, timing_, std::nullopt, result);
  std::vector<FrontPoint>& front = result.front;
  if (front.empty() || !(front.back().schedule == result.schedule)) {
    // A search that ended early knows no more than one schedule.
    const int64_t cost = result.cost;
    const int64_t cycles = result.latency.cycles;
    front.erase(
        std::remove_if(front.begin(), front.end(),
                       [&](const FrontPoint& point) { return point.cost <= cost || point.cycles >= cycles; }),
        front.end());
    front.push_back({result.schedule, result.prediction, cost, cycles});
  }
  result.optimal = result.proven_cost == result.cost;
}

}  // namespace hwcvp
