#include "schedules/optimizer/objectives/balanced.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "schedules/optimizer/objectives/front_search.h"
#include "schedules/optimizer/objectives/latency_fields.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/problem/result.h"

namespace hwcvp {

using namespace optimizer;

namespace {

constexpr double kLeastCostShare = 0.5;  // of the budget

}  // namespace

void Balanced::add_to_key(nlohmann::json& key) const {
  add_timing_to_key(timing_, key);
  key["slack"] = slack_;
}

ObjectiveValue Balanced::value(const SearchContext& context, const Schedule& /*schedule*/,
                               const Traffic& traffic) const {
  return {context.prices().cost(traffic) - context.constants_cost()};
}

std::optional<int64_t> Balanced::value_within(int64_t limit, const SearchContext& context,
                                              const Schedule& schedule, const Traffic& traffic) const {
  const int64_t cost = value(context, schedule, traffic).value;
  return cost <= limit ? std::optional(cost) : std::nullopt;
}

int64_t Balanced::bound(const SearchContext& context) const { return context.cost_bound(); }

int64_t Balanced::limit(int64_t fastest) const {
  return static_cast<int64_t>(std::floor((1 + slack_) * static_cast<double>(fastest)));
}

Starts Balanced::starts(SearchContext& context) const {
  FrontSearch search(context, timing_);
  if (!search.search_least_cost(kLeastCostShare)) return {};
  Starts starts;
  starts.candidates = {search.least_cost()};
  if (search.front().empty()) return starts;  // out of time
  const int64_t bound = latency_bound(context.layer(), timing_);
  const auto choose = [&](int64_t cycles) {
    const TimedSchedule* chosen = search.within(cycles);
    if (chosen != nullptr) starts.candidates = {{{chosen->cost, chosen->cycles}, chosen->schedule}};
  };
  // What takes least bytes at all may be within the slack whatever the fastest is.
  if (search.front().front().cost == search.front().back().cost &&
      search.front().front().cycles <= limit(bound)) {
    choose(limit(bound));
    return starts;
  }
  search.search_fewest_cycles();
  const int64_t fastest = search.front().front().cycles;
  search.search_least_cost_within(limit(fastest));
  choose(limit(search.front().front().cycles));
  return starts;
}

ObjectiveFields Balanced::fields() const {
  ObjectiveFields fields;
  fields.latency = true;
  return fields;
}

void Balanced::complete(const Layer& layer, OptimizerResult& result) const {
  complete_latency(layer, timing_, std::nullopt, result);
  result.optimal = result.proven_cost == result.cost && result.latency.cycles <= limit(result.latency_bound);
}

}  // namespace hwcvp
