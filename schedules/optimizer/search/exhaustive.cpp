#include "schedules/optimizer/search/exhaustive.h"
#include "schedules/workload/tensor_dims.h"

#include <algorithm>

namespace hwcvp::optimizer {

Exhaustive::Exhaustive(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                       Budget& budget, int64_t& traffic, Schedule& schedule)
    : options_(options),
      space_(space),
      budget_(budget),
      traffic_(traffic),
      schedule_(schedule),
      cost_(layer, options.constraints.prices),
      least_inputs_(bytes(layer.input_type) * layer.batch * layer.in_channels),
      inputs_grow_(true),
      least_buffer_{bytes(layer.input_type), bytes(layer.weight_type), bytes(layer.accumulator_type)},
      tile_(layer.extents()) {
  for (size_t axis = 0; axis < 2; ++axis) {
    const AxisLines lines(layer, axis);
    least_inputs_ *= lines.touched();
    inputs_grow_ = inputs_grow_ && lines.without_gaps();
  }
  for (const Tensor tensor : kTensors) {
    if (options.double_buffer[index(tensor)]) least_buffer_[index(tensor)] *= 2;
  }
  if (least_inputs_ == 0) least_buffer_[index(Tensor::input)] = 0;
  least_inputs_ *= options.constraints.prices.input_read;
}

bool Exhaustive::run(int64_t max_nodes) {
  max_nodes_ = max_nodes;
  complete_ = true;
  visit({});
  return complete_;
}

// One nest prefix: buffers are put at its end, or it grows by a loop.
void Exhaustive::visit(const Frozen& frozen) {
  if (++evaluated_ > max_nodes_ || budget_.spent()) {
    complete_ = false;
    return;
  }
  PerTensor<TensorCost> costs;
  for (const Tensor tensor : kTensors) {
    if (frozen.is[index(tensor)]) continue;
    TensorCost& cost = costs[index(tensor)];
    cost = cost_.cost(tensor, loops_);
    if (options_.double_buffer[index(tensor)]) cost.buffer *= 2;
  }
  if (hopeless(frozen, costs)) return;
  freeze(frozen, costs);
  if (complete_) descend(frozen);
}

// A buffer further inside loads no less, so that what the tensors without one would load here bounds the
// rest.
bool Exhaustive::hopeless(const Frozen& frozen, const PerTensor<TensorCost>& costs) const {
  int64_t traffic = frozen.traffic;
  PerTensor<int64_t> buffers = frozen.buffers;
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    if (frozen.is[t]) continue;
    traffic += tensor == Tensor::input && !inputs_grow_ ? least_inputs_ : costs[t].traffic;
    buffers[t] = std::min(least_buffer_[t], costs[t].buffer);
  }
  return traffic >= traffic_ || space_.excess(buffers) > 0 ||
         !space_.levels_possible(levels_, frozen.is, loops_.size());
}

// Puts the buffers of every set of tensors here that the last loop moves.
void Exhaustive::freeze(const Frozen& frozen, PerTensor<TensorCost> costs) {
  for (unsigned set = 1; set < 1U << kTensorCount && complete_; ++set) {
    Frozen next = frozen;
    bool allowed = true;
    for (const Tensor tensor : kTensors) {
      const size_t t = index(tensor);
      if ((set >> t & 1U) == 0) continue;
      const bool moved = loops_.empty() || region_depends_on(tensor, loops_.back().dim);
      allowed = allowed && !frozen.is[t] && (moved || space_.fixed_level(tensor) >= 0);
      next.is[t] = true;
      next.traffic += costs[t].traffic;
      next.buffers[t] = costs[t].buffer;
    }
    if (!allowed) continue;
    for (const Tensor tensor : kTensors) {
      if ((set >> index(tensor) & 1U) != 0) levels_[index(tensor)] = static_cast<int>(loops_.size());
    }
    if (hopeless(next, costs)) continue;
    if (std::find(next.is.begin(), next.is.end(), false) != next.is.end()) {
      descend(next);
      continue;
    }
    traffic_ = next.traffic;
    schedule_.loops = loops_;
    for (size_t i = loops_.size(); i < space_.outer_loops().size(); ++i) {
      schedule_.loops.push_back(space_.outer_loops()[i]);
    }
    schedule_.buffer_level = levels_;
    schedule_.double_buffer = options_.double_buffer;
    schedule_.input_reuse = InputReuse::sliding;
  }
}

// Adds the next of the fixed outer loops; after them, a loop of each dimension and tile that some tensor
// without a buffer can use.
void Exhaustive::descend(const Frozen& frozen) {
  const auto open = std::count(frozen.is.begin(), frozen.is.end(), false);
  if (loops_.size() < space_.outer_loops().size()) {
    visit_within(space_.outer_loops()[loops_.size()], frozen);
    return;
  }
  if (loops_.size() == Schedule::kMaxLoops) return;
  for (const Dim dim : kDims) {
    bool useful = open > 1;
    for (const Tensor tensor : kTensors) {
      useful = useful || (!frozen.is[index(tensor)] && region_depends_on(tensor, dim));
    }
    if (!useful) continue;
    for (int64_t tile = space_.next_tile(dim, tile_[index(dim)]); tile >= 1 && complete_;
         tile = space_.next_tile(dim, tile)) {
      visit_within({dim, tile}, frozen);
    }
  }
}

void Exhaustive::visit_within(const Loop& loop, const Frozen& frozen) {
  int64_t& tile = tile_[index(loop.dim)];
  const int64_t before = tile;
  tile = loop.tile;
  loops_.push_back(loop);
  visit(frozen);
  loops_.pop_back();
  tile = before;
}

}  // namespace hwcvp::optimizer
