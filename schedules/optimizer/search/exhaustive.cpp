#include "schedules/optimizer/search/exhaustive.h"

#include <algorithm>
#include <array>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/bound/cost_bound.h"
#include "schedules/optimizer/search/nest_cost.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kMostCuts = 24;  // up to which all nests are tried
constexpr int64_t kMostNodes = 500000;

class Exhaustive {
 public:
  explicit Exhaustive(SearchContext& context);

  // True where nothing was left out.
  bool run();

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
  // A buffer of the input further inside never loads less.
  bool inputs_grow() const {
    return lines_[0].without_gaps(tile_[index(Dim::FY)]) && lines_[1].without_gaps(tile_[index(Dim::FX)]);
  }

  SearchContext& context_;
  const SearchSpace& space_;
  const PerTensor<bool>& double_buffer_;
  NestCost cost_;
  std::array<AxisLines, 2> lines_;  // of rows and columns
  int64_t least_inputs_;            // cost of the input that travels at least
  PerTensor<int64_t> least_buffer_;
  PerDim<int64_t> tile_;
  std::vector<Loop> loops_;
  PerTensor<int> levels_ = {0, 0, 0};
  int64_t nodes_ = 0;
  bool complete_ = true;
};

Exhaustive::Exhaustive(SearchContext& context)
    : context_(context),
      space_(context.space()),
      double_buffer_(context.options().double_buffer),
      cost_(context.layer(), context.prices()),
      lines_{AxisLines(context.layer(), 0), AxisLines(context.layer(), 1)},
      tile_(context.layer().extents()) {
  const Layer& layer = context.layer();
  least_inputs_ = bytes(layer.input_type) * layer.batch * layer.in_channels;
  least_buffer_ = {bytes(layer.input_type), bytes(layer.weight_type), bytes(layer.accumulator_type)};
  for (const AxisLines& lines : lines_) least_inputs_ *= lines.touched();
  for (const Tensor tensor : kTensors) {
    if (double_buffer_[index(tensor)]) least_buffer_[index(tensor)] *= 2;
  }
  if (least_inputs_ == 0) least_buffer_[index(Tensor::input)] = 0;
  least_inputs_ *= context.prices().input_read;
}

bool Exhaustive::run() {
  visit({});
  context_.count(nodes_);
  return complete_;
}

// One nest prefix: buffers are put at its end, or it grows by a loop.
void Exhaustive::visit(const Frozen& frozen) {
  if (++nodes_ > kMostNodes || context_.budget().spent()) {
    complete_ = false;
    return;
  }
  PerTensor<TensorCost> costs;
  for (const Tensor tensor : kTensors) {
    if (frozen.is[index(tensor)]) continue;
    TensorCost& cost = costs[index(tensor)];
    cost = cost_.cost(tensor, loops_);
    if (double_buffer_[index(tensor)]) cost.buffer *= 2;
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
    traffic += tensor == Tensor::input && !inputs_grow() ? least_inputs_ : costs[t].traffic;
    buffers[t] = std::min(least_buffer_[t], costs[t].buffer);
  }
  return traffic >= context_.best().value.value || space_.excess(buffers) > 0 ||
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
    Schedule schedule;
    schedule.loops = loops_;
    for (size_t i = loops_.size(); i < space_.outer_loops().size(); ++i) {
      schedule.loops.push_back(space_.outer_loops()[i]);
    }
    schedule.buffer_level = levels_;
    schedule.double_buffer = double_buffer_;
    context_.offer({{next.traffic}, schedule});
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

}  // namespace

void search_all_nests(SearchContext& context) {
  const int64_t compulsory = cost_bound(context.layer(), context.prices(), 0);
  const bool least = context.best().value.value + context.constants_cost() <= compulsory;
  if (least || context.space().cuts() > kMostCuts) return;
  if (Exhaustive(context).run()) context.raise_cost_bound(context.best().value.value, Proof::exhaustive);
}

}  // namespace hwcvp::optimizer
