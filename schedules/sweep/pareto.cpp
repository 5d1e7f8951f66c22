#include "schedules/sweep/pareto.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <tuple>

#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

namespace {

bool cancelled(const OptimizerOptions& options) { return options.cancel != nullptr && *options.cancel; }

// Takes the schedule of `other`, and leaves the bounds and the effort of the search.
void take_schedule(OptimizerResult& result, const OptimizerResult& other) {
  result.schedule = other.schedule;
  result.prediction = other.prediction;
  result.cost = other.cost;
  result.latency = other.latency;
}

// Takes what is worth having of another front and fits. The cost of the result's own schedule is the least.
void join_fronts(std::vector<FrontPoint>& front, const std::vector<FrontPoint>& other, int64_t buffer_bytes) {
  std::vector<FrontPoint> all = front;
  for (const FrontPoint& point : other) {
    if (point.prediction.buffer.total() <= buffer_bytes) all.push_back(point);
  }
  const auto footprint = [](const FrontPoint& point) {
    return std::make_tuple(point.cycles, point.cost, point.prediction.buffer.total());
  };
  std::sort(all.begin(), all.end(),
            [&](const FrontPoint& a, const FrontPoint& b) { return footprint(a) < footprint(b); });
  front.clear();
  for (const FrontPoint& point : all) {
    if (front.empty() || point.cost < front.back().cost) front.push_back(point);
  }
}

// What a search for more bytes, `above`, says of fewer.
void carry_down(const OptimizerResult& above, int64_t buffer_bytes, OptimizerResult& result) {
  if (above.prediction.buffer.total() <= buffer_bytes && above.cost < result.cost) {
    take_schedule(result, above);
  }
  if (above.proven_cost > result.proven_cost || above.proven_bound > result.proven_bound) {
    result.proof = std::max(result.proof, above.proof);
  }
  join_fronts(result.front, above.front, buffer_bytes);
  result.proven_bound = std::max(result.proven_bound, above.proven_bound);
  result.proven_cost = std::max(result.proven_cost, above.proven_cost);
  result.optimal = result.proven_cost == result.cost;
}

// Costs do not grow from one to the next, and a result that costs less does not fit where the one before was
// found; so the first of each cost is the one that nothing else dominates.
class FrontMarker {
 public:
  // True where no earlier result costs as little; to be asked for each in turn.
  bool on_front(int64_t cost) {
    const bool lower = !last_ || cost < *last_;
    last_ = cost;
    return lower;
  }

 private:
  std::optional<int64_t> last_;
};

}  // namespace

std::vector<CapacityResult> sweep_capacities(const Layer& layer, const OptimizerOptions& options,
                                             const std::vector<int64_t>& capacities, const Solver& solve) {
  std::vector<CapacityResult> results(capacities.size());
  const OptimizerResult* above = nullptr;
  // What is faster may need more bytes than what is optimal.
  const bool front = options.objective && options.objective->fields().front;
  bool fits = true;
  size_t done = results.size();  // the first that is known
  for (; done > 0; --done) {
    CapacityResult& result = results[done - 1];
    result.buffer_bytes = capacities[done - 1];
    if (!front && above != nullptr && above->optimal &&
        above->prediction.buffer.total() <= result.buffer_bytes) {
      result.best.emplace(*above);
      result.best->evaluated = 0;
      result.best->seconds = 0;
    } else if (fits) {
      if (cancelled(options)) break;
      OptimizerOptions at_capacity = options;
      at_capacity.buffer_bytes = result.buffer_bytes;
      result.searched = true;
      try {
        result.best.emplace(solve(layer, at_capacity));
        if (!result.best->finished && cancelled(options)) break;
        if (above != nullptr) carry_down(*above, result.buffer_bytes, *result.best);
      } catch (const NothingFits&) {
        fits = false;
      }
    }
    above = result.best ? &*result.best : nullptr;
  }
  const OptimizerResult* below = nullptr;
  FrontMarker marker;
  for (size_t i = done; i < results.size(); ++i) {
    if (!results[i].best) continue;
    OptimizerResult& best = *results[i].best;
    if (below != nullptr) join_fronts(best.front, below->front, results[i].buffer_bytes);
    if (below != nullptr && below->cost <= best.cost) {
      take_schedule(best, *below);
      best.optimal = best.proven_cost == best.cost;
    }
    results[i].on_front = marker.on_front(best.cost);
    below = &best;
  }
  const auto first = results.begin() + static_cast<std::ptrdiff_t>(done);
  return {std::make_move_iterator(first), std::make_move_iterator(results.end())};
}

std::vector<NetworkResult> add_layers(const std::vector<std::vector<CapacityResult>>& layers) {
  struct Sum {
    NetworkResult result;
    size_t layers = 0;
  };
  std::map<int64_t, Sum> sums;
  for (const auto& layer : layers) {
    for (const CapacityResult& point : layer) {
      if (!point.best) continue;
      auto& [sum, count] = sums[point.buffer_bytes];
      const OptimizerResult& best = *point.best;
      sum.buffer_bytes = point.buffer_bytes;
      sum.used_bytes = std::max(sum.used_bytes, best.prediction.buffer.total());
      sum.traffic += best.prediction.traffic;
      sum.cost += best.cost;
      sum.proven_bound += best.proven_bound;
      sum.proven_cost += best.proven_cost;
      sum.optimal = best.optimal && (count == 0 || sum.optimal);
      ++count;
    }
  }
  std::vector<NetworkResult> results;
  for (const auto& [capacity, sum] : sums) {
    if (sum.layers == layers.size()) results.push_back(sum.result);
  }
  FrontMarker marker;
  for (NetworkResult& result : results) result.on_front = marker.on_front(result.cost);
  return results;
}

}  // namespace hwcvp
