#include "schedules/optimizer/objectives/least_traffic.h"

#include <algorithm>
#include <array>

#include "schedules/optimizer/problem/result.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/exhaustive.h"
#include "schedules/optimizer/search/provers.h"
#include "schedules/optimizer/search/stationary_box.h"

namespace hwcvp {

using namespace optimizer;

namespace {

constexpr int64_t kMostChanges = 20000;  // random ones: a few hundredths of a second
constexpr int64_t kChangesPerCut = 200;  // fewer for small layers
constexpr int kRestarts = 2;             // from random tiles, for each order of tensors and loops
constexpr int kBoxRestarts = 5;          // from random tiles inside the likeliest boxes
constexpr size_t kLikelyBoxes = 6;
constexpr size_t kMaxBoxes = 100;  // that are descended into
constexpr auto kAsOthers = EndPieces::as_others;
constexpr auto kLarger = EndPieces::larger;
constexpr std::array<std::array<EndPieces, 2>, 4> kEndPieces = {
    {{kLarger, kLarger}, {kAsOthers, kLarger}, {kLarger, kAsOthers}, {kAsOthers, kAsOthers}}};

// Descends into the boxes that may hold something better. False where none is left.
bool search_boxes(SearchContext& context, const StationaryBoxes& stationary, Descent& descent, size_t most,
                  int restarts) {
  const auto best = [&context] { return context.best().value.value; };
  const std::vector<StationaryBox> boxes = stationary.below(best());
  for (size_t i = 0; i < std::min(boxes.size(), most) && !context.budget().spent_now(); ++i) {
    if (context.at_bound() || boxes[i].estimate >= best()) break;
    descent.search_within(boxes[i], restarts);
  }
  return !boxes.empty() && boxes.front().estimate < best();
}

// False where nothing fits.
bool descend(SearchContext& context) {
  Descent descent(context);
  descent.search_quickly();
  if (!context.found()) descent.search_all(0);
  if (!context.found()) return false;
  const StationaryBoxes stationary(context);
  const auto boxes = [&](size_t most, int restarts) {
    return search_boxes(context, stationary, descent, most, restarts);
  };
  boxes(kLikelyBoxes, 0);
  prove_cost(context);
  if (!context.at_bound()) boxes(kMaxBoxes, 0);
  if (!context.at_bound()) descent.search_all(0);
  if (!context.at_bound() && boxes(kMaxBoxes, 0)) {
    descent.search_all(kRestarts);
    boxes(kMaxBoxes, 0);
  }
  for (const int restarts : {0, kBoxRestarts}) {
    for (const std::array<EndPieces, 2>& axes : kEndPieces) {
      if (context.at_bound()) break;
      descent.balance(axes);
      boxes(restarts == 0 ? kMaxBoxes : kLikelyBoxes, restarts);
    }
  }
  return true;
}

}  // namespace

void LeastTraffic::add_to_key(nlohmann::json& /*key*/) const {}

ObjectiveValue LeastTraffic::value(const SearchContext& context, const Schedule& /*schedule*/,
                                   const Traffic& traffic) const {
  return {context.prices().cost(traffic) - context.constants_cost()};
}

std::optional<int64_t> LeastTraffic::value_within(int64_t limit, const SearchContext& context,
                                                  const Schedule& schedule, const Traffic& traffic) const {
  const int64_t cost = value(context, schedule, traffic).value;
  return cost <= limit ? std::optional(cost) : std::nullopt;
}

int64_t LeastTraffic::bound(const SearchContext& context) const { return context.cost_bound(); }

Starts LeastTraffic::starts(SearchContext& context) const {
  if (!descend(context)) return {};
  search_all_nests(context);
  const int64_t changes = std::min(kMostChanges, kChangesPerCut * context.space().cuts());
  Starts starts;
  starts.candidates = {context.best()};
  starts.stages = {{static_cast<int>(changes), 1}};
  return starts;
}

void LeastTraffic::complete(const Layer& /*layer*/, OptimizerResult& result) const {
  result.optimal = result.proven_cost == result.cost;
}

const Objective& objective_of(const OptimizerOptions& options) {
  static const LeastTraffic least_traffic;
  return options.objective ? *options.objective : least_traffic;
}

}  // namespace hwcvp
