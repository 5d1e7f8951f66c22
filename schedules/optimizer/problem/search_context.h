// One problem of finding a schedule, and what is known of it so far.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/objective.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/proof.h"
#include "schedules/optimizer/problem/search_space.h"
#include "schedules/optimizer/problem/timed_schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// What the workers of a search share. Searchers offer schedules, provers raise bounds; none needs to know of
// the others. Not for use by several threads.
//
// Invariant: what is known only moves one way. The value of the best schedule never grows and the bounds
// never fall, so that whatever a worker left out because of them may stay left out. offer() and the two
// raise_...() are the only ways to change them.
class SearchContext {
 public:
  // For options whose constraints were validated for the layer. The layer, the objective and the budget must
  // outlive the context.
  SearchContext(const Layer& layer, OptimizerOptions options, const Objective& objective, Budget& budget);
  SearchContext(const SearchContext&) = delete;
  SearchContext& operator=(const SearchContext&) = delete;

  const Layer& layer() const { return layer_; }
  const OptimizerOptions& options() const { return options_; }
  const Prices& prices() const { return options_.constraints.prices; }
  const Objective& objective() const { return objective_; }
  const SearchSpace& space() const { return space_; }
  Budget& budget() const { return budget_; }

  // Cost of the per-output-channel constants, which every schedule reads once.
  int64_t constants_cost() const { return layer_.params_bytes() * prices().weight_read; }
  // A compact schedule, which must fit, with what the objective makes of it.
  Candidate candidate(const Schedule& schedule) const;

  bool found() const { return found_; }
  // The best schedule so far, compact. Its value is beyond all others where none was found.
  const Candidate& best() const { return best_; }
  // Takes a compact schedule that fits and meets the constraints, unless the best one is better.
  void offer(const Candidate& candidate) {
    if (best_.value < candidate.value) return;
    best_ = candidate;
    found_ = true;
  }

  // That no schedule undercuts, without per-output-channel constants; -1 where nothing is known.
  int64_t cost_bound() const { return cost_bound_; }
  void raise_cost_bound(int64_t cost, Proof proof) { raise(cost_bound_, cost, proof); }
  // Bytes that no schedule moves less than, per-output-channel constants included.
  int64_t bytes_bound() const { return bytes_bound_; }
  void raise_bytes_bound(int64_t bytes, Proof proof) { raise(bytes_bound_, bytes, proof); }
  // What the bounds rest on: the strongest of what raised them.
  Proof proof() const { return proof_; }
  // Nothing is left to be found.
  bool at_bound() const { return best_.value.value <= objective_.bound(*this); }

  // What is worth having where cycles count beside the cost, by ascending cycles and descending cost; of
  // objectives that look for it. Not compact.
  const std::vector<TimedSchedule>& front() const { return front_; }
  void set_front(std::vector<TimedSchedule> front) { front_ = std::move(front); }

  // Nodes of the search that were evaluated.
  int64_t evaluated() const { return evaluated_; }
  void count(int64_t nodes = 1) { evaluated_ += nodes; }

 private:
  void raise(int64_t& bound, int64_t to, Proof proof) {
    if (to <= bound) return;
    bound = to;
    proof_ = std::max(proof_, proof);
  }

  const Layer& layer_;
  const OptimizerOptions options_;
  const Objective& objective_;
  const SearchSpace space_;
  Budget& budget_;
  bool found_ = false;
  Candidate best_;
  int64_t cost_bound_ = -1;
  int64_t bytes_bound_ = 0;
  Proof proof_ = Proof::compulsory;
  std::vector<TimedSchedule> front_;
  int64_t evaluated_ = 0;
};

}  // namespace hwcvp::optimizer
