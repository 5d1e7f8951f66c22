#include "schedules/optimizer/optimizer.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "schedules/optimizer/bound/cost_bound.h"
#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/search_space.h"
#include "schedules/optimizer/search/bus_search.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/exhaustive.h"
#include "schedules/optimizer/search/larger_leaves.h"
#include "schedules/optimizer/search/latency_search.h"
#include "schedules/optimizer/search/refine.h"
#include "schedules/optimizer/search/stationary_box.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

namespace {

using namespace optimizer;

constexpr int kRefinements = 20000;      // a few hundredths of a second
constexpr int kRefinementsPerCut = 200;  // fewer for small layers
constexpr int kRestarts = 2;             // from random tiles, for each order of tensors and loops
constexpr int kBoxRestarts = 5;          // from random tiles inside the likeliest boxes
constexpr size_t kLikelyBoxes = 6;
constexpr size_t kMaxBoxes = 100;  // that are descended into
constexpr std::array<std::array<bool, 2>, 4> kBalancedAxes = {
    {{true, true}, {false, true}, {true, false}, {false, false}}};
constexpr int64_t kExhaustiveCuts = 24;  // up to which all nests are tried
constexpr int64_t kExhaustiveNodes = 500000;

// Descends into the boxes that may hold something better. False where none is left.
bool search_boxes(const StationaryBoxes& stationary, Descent& descent, size_t most, int restarts,
                  Budget& budget) {
  const std::vector<StationaryBox> boxes = stationary.below(descent.traffic());
  for (size_t i = 0; i < std::min(boxes.size(), most) && !budget.spent(); ++i) {
    if (descent.at_bound() || boxes[i].estimate >= descent.traffic()) break;
    descent.search_within(boxes[i], restarts);
  }
  return !boxes.empty() && boxes.front().estimate < descent.traffic();
}

// A compact schedule, whether no schedule that the constraints allow costs less, and a cost that none
// undercuts, without per-output-channel constants.
struct Found {
  Schedule schedule;
  bool best_of_all = false;
  int64_t bound = 0;
};

Found search_traffic(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                     Budget& budget, int64_t& evaluated) {
  const Prices& prices = options.constraints.prices;
  Found found;
  Descent descent(layer, options, space, budget);
  descent.search_quickly();
  if (!descent.found()) descent.search_all(0);
  if (!descent.found()) throw space.none_left();
  const StationaryBoxes stationary(layer, options, space);
  search_boxes(stationary, descent, kLikelyBoxes, 0, budget);
  found.bound = ResidenceBound(layer, options, prices).below(descent.traffic(), budget);
  descent.set_bound(found.bound);
  if (!descent.at_bound()) search_boxes(stationary, descent, kMaxBoxes, 0, budget);
  if (!descent.at_bound()) descent.search_all(0);
  if (!descent.at_bound() && search_boxes(stationary, descent, kMaxBoxes, 0, budget)) {
    descent.search_all(kRestarts);
    search_boxes(stationary, descent, kMaxBoxes, 0, budget);
  }
  for (const int restarts : {0, kBoxRestarts}) {
    for (const std::array<bool, 2>& axes : kBalancedAxes) {
      if (descent.at_bound()) break;
      descent.balance(axes);
      search_boxes(stationary, descent, restarts == 0 ? kMaxBoxes : kLikelyBoxes, restarts, budget);
    }
  }
  found.schedule = descent.schedule();
  evaluated = descent.evaluated();
  int64_t cost = descent.traffic();
  const int64_t constants = layer.params_bytes() * prices.weight_read;
  if (cost_bound(layer, prices, 0) < cost + constants && space.cuts() <= kExhaustiveCuts) {
    Exhaustive exhaustive(layer, options, space, budget, cost, found.schedule);
    found.best_of_all = exhaustive.run(kExhaustiveNodes);
    evaluated += exhaustive.evaluated();
  }
  const auto rounds = static_cast<int>(std::min<int64_t>(kRefinements, kRefinementsPerCut * space.cuts()));
  refine(layer, options, space, budget, rounds, found.schedule, evaluated);
  // Descents may leave pieces far smaller than they need to be.
  if (budget.was_spent()) enlarge_leaves(layer, options, space, found.schedule, evaluated);
  return found;
}

// Bytes that no schedule undercuts, where `found` moves `total`.
int64_t proven_bytes(const Layer& layer, const OptimizerOptions& options, const Found& found, int64_t total,
                     Budget& budget) {
  const int64_t compulsory = compulsory_bytes(layer);
  const int64_t constants = layer.params_bytes();
  if (options.constraints.prices.all_one()) {
    return found.best_of_all ? total : std::max(compulsory, found.bound + constants);
  }
  const int64_t bound = ResidenceBound(layer, options, Prices{}).below(total - constants, budget);
  return std::max(compulsory, bound + constants);
}

Found search(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space, Budget& budget,
             int64_t& evaluated) {
  switch (options.objective) {
    case Objective::latency:
      return {search_latency(layer, options, space, budget, evaluated)};
    case Objective::bus_bytes: {
      const BusSearchResult found = search_bus_bytes(layer, options, space, budget, evaluated);
      return {found.schedule, false, found.proven_bytes - layer.params_bytes()};
    }
    default:
      return search_traffic(layer, options, space, budget, evaluated);
  }
}

}  // namespace

bool operator<(const BusCost& a, const BusCost& b) {
  return std::tie(a.bus_bytes, a.bursts) < std::tie(b.bus_bytes, b.bursts);
}

OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options) {
  options.constraints.validate(layer, "constraints");
  Budget budget(options);
  const SearchSpace space(layer, options);
  const Prices& prices = options.constraints.prices;
  OptimizerResult result;
  const Found found = search(layer, options, space, budget, result.evaluated);
  result.schedule = space.expand(found.schedule);
  result.prediction = predict_exact(layer, result.schedule);
  const Traffic& traffic = result.prediction.traffic;
  result.cost = prices.cost(traffic);
  result.proven_bound = proven_bytes(layer, options, found, traffic.total(), budget);
  result.proven_cost = found.best_of_all ? result.cost
                                         : std::max(cost_bound(layer, prices, result.proven_bound),
                                                    found.bound + layer.params_bytes() * prices.weight_read);
  if (options.objective == Objective::latency) {
    result.latency = estimate_latency(layer, result.schedule, traffic, options.timing);
    result.latency_bound = latency_bound(layer, options.timing);
  } else if (options.objective == Objective::bus_bytes) {
    result.bus = options.bus.cost(layer, result.schedule);
    result.optimal = result.bus.bus_bytes == result.proven_bound;
  } else {
    result.optimal = result.proven_cost == result.cost;
  }
  result.finished = !budget.was_spent();
  result.seconds = budget.seconds();
  return result;
}

}  // namespace hwcvp
