// Branch and bound over every legal nest, for layers that are small enough.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/search_space.h"
#include "schedules/optimizer/search/nest_cost.h"

namespace hwcvp::optimizer {

// Leaves out only what cannot be better than something that it keeps (docs/optimizer.md): loops that cut
// nothing, loops inside all buffers, buffers right inside a loop that does not move their tensor, loops that
// only multiply the traffic of the last tensor that has no buffer yet, and the reload of inputs.
class Exhaustive {
 public:
  // `traffic` and `schedule` are the best known so far: its cost, without per-output-channel constants, and
  // the compact nest. run() replaces them.
  Exhaustive(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space, Budget& budget,
             int64_t& traffic, Schedule& schedule);

  // True where all nests that the constraints allow were looked at or cut off, so that the schedule is the
  // best of them. Stops after `max_nodes` nodes.
  bool run(int64_t max_nodes);

  int64_t evaluated() const { return evaluated_; }

 private:
  // Whether each tensor has its buffer, with the cost of what these move and the bytes that they hold.
  struct Frozen {
    PerTensor<bool> is = {false, false, false};
    int64_t traffic = 0;
    PerTensor<int64_t> buffers = {0, 0, 0};
  };

  void visit(const Frozen& frozen);
  void freeze(const Frozen& frozen, PerTensor<TensorCost> costs);
  void descend(const Frozen& frozen);
  void visit_within(const Loop& loop, const Frozen& frozen);
  bool hopeless(const Frozen& frozen, const PerTensor<TensorCost>& costs) const;

  OptimizerOptions options_;
  const SearchSpace& space_;
  Budget& budget_;
  int64_t& traffic_;
  Schedule& schedule_;
  NestCost cost_;
  int64_t least_inputs_;  // cost of the input that travels at least
  bool inputs_grow_;      // a buffer further inside never loads less
  PerTensor<int64_t> least_buffer_;
  PerDim<int64_t> tile_;
  std::vector<Loop> loops_;
  PerTensor<int> levels_ = {0, 0, 0};
  int64_t max_nodes_ = 0;
  int64_t evaluated_ = 0;
  bool complete_ = true;
};

}  // namespace hwcvp::optimizer
