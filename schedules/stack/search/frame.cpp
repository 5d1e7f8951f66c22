#include "schedules/stack/search/frame.h"

#include <algorithm>
#include <map>
#include <utility>

#include "schedules/stack/search/line_bounds.h"
#include "schedules/stack/search/weight_bound.h"

namespace hwcvp::stack {

namespace {

int64_t weight_bytes(const Stack& stack, size_t op) {
  const std::optional<Product>& product = stack.op(op).product;
  return product ? product->weight_elements() * product->weight_bytes : 0;
}

int64_t line_bytes(const Stack& stack, size_t t) {
  return stack.tensor(t).channels * stack.tensor(t).element_bytes;
}

using Needed = std::vector<bool>;

// Of the groups of strips that occur.
class LineBoundsCache {
 public:
  explicit LineBoundsCache(const Stack& stack) : stack_(stack) {}
  const LineBounds& of(Axis inner, const Needed& needed) {
    const auto [found, added] = bounds_.try_emplace({inner, needed});
    if (added) found->second = line_bounds(stack_, inner, needed);
    return found->second;
  }

 private:
  const Stack& stack_;
  std::map<std::pair<Axis, Needed>, LineBounds> bounds_;
};

// Fills in the bound. Returns whether anything fits.
bool find_bound(const Stack& stack, LineBoundsCache& cache, int64_t buffer_bytes, int64_t limit,
                Frame& frame) {
  std::vector<const LineBounds*> bounds;
  for (const StripGroup& group : frame.strips.groups) {
    bounds.push_back(&cache.of(other(frame.outer), group.needed));
  }
  int64_t moved = 0;
  int64_t room = buffer_bytes;
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const StackTensor& tensor = stack.tensors[t];
    int64_t held = 0;
    int64_t elements = 0;
    for (size_t g = 0; g < bounds.size(); ++g) {
      held = std::max(held, bounds[g]->held[t]);
      elements += bounds[g]->lines[t] * frame.strips.groups[g].widths[t];
    }
    room -= held * frame.strips.widest[t] * line_bytes(stack, t);
    const int64_t bytes = elements * line_bytes(stack, t) * stack.network->batch;
    if (!tensor.maker) moved += bytes;
    if (tensor.written) moved += bytes;
  }
  int64_t others = moved;  // than weights
  int64_t weights = 0;
  int64_t working = 0;
  int64_t least_runs = kNever;
  for (size_t i = 0; i < stack.operators.size(); ++i) {
    const Operator& op = stack.op(i);
    others += op.constant_bytes;
    if (!op.product) continue;
    others += op.product->params_bytes;
    // In every strip of a group that needs its output it runs at least once.
    int64_t runs = 0;
    for (size_t g = 0; g < bounds.size(); ++g) {
      if (bounds[g]->lines[stack.operators[i].output] > 0) runs += frame.strips.groups[g].strips;
    }
    runs *= stack.network->batch;
    const int64_t bytes = weight_bytes(stack, i);
    if (runs == 0) {
      continue;  // need not come at all
    }
    weights += bytes;
    least_runs = std::min(least_runs, runs);
    working =
        std::max(working, frame.strips.widest[stack.operators[i].output] * op.product->accumulator_bytes);
  }
  room -= working;
  moved = others + weights;
  // What cannot stay comes in every pass.
  if (weights > room && least_runs != kNever)
    moved += (weights - std::max<int64_t>(room, 0)) * (least_runs - 1);
  frame.bound = moved;
  const std::vector<StripGroup>& groups = frame.strips.groups;
  const bool alike = groups.size() == 1 && std::find(groups[0].needed.begin(), groups[0].needed.end(),
                                                     false) == groups[0].needed.end();
  if (room < 0 || moved >= limit || weights <= room || !alike) return room >= 0;
  WeightBound least = weight_bound(stack, other(frame.outer), frame.strips, *bounds[0], room,
                                   limit == kNever ? kNever : limit - others);
  if (least.bytes == kNever) return false;
  frame.bound = std::max(frame.bound, others + least.bytes);
  frame.pieces = std::move(least.pieces);
  return true;
}

}  // namespace

int64_t once_bytes(const Stack& stack) {
  // Elements of a channel that must be there: of each tensor, what one of its readers needs along both axes.
  std::vector<PerAxis<std::vector<bool>>> needed(stack.tensors.size());
  std::vector<int64_t> most(stack.tensors.size(), 0);
  int64_t moved = 0;
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    if (!stack.tensors[t].written) continue;
    const Tensor& tensor = stack.tensor(t);
    for (size_t axis = 0; axis < kAxisCount; ++axis) {
      needed[t][axis].assign(static_cast<size_t>(tensor.lines[axis]), true);
    }
    most[t] = tensor.lines[0] * tensor.lines[1];
    moved += most[t] * line_bytes(stack, t) * stack.network->batch;
  }
  for (size_t i = stack.operators.size(); i-- > 0;) {
    moved += stack.op(i).constant_bytes;
    if (stack.op(i).product) moved += stack.op(i).product->params_bytes;
    if (most[stack.operators[i].output] == 0) continue;
    moved += weight_bytes(stack, i);
    for (const size_t t : stack.operators[i].inputs) {
      PerAxis<std::vector<bool>> window;
      int64_t count = 1;
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        const int64_t extent = stack.tensor(t).lines[axis];
        window[axis].assign(static_cast<size_t>(extent), false);
        const std::vector<bool>& made = needed[stack.operators[i].output][axis];
        for (size_t line = 0; line < made.size(); ++line) {
          if (!made[line]) continue;
          const auto at = static_cast<int64_t>(line);
          const Range lines = stack.op(i).maps[axis].needs({at, at + 1}, extent);
          for (int64_t l = lines.start; l < lines.end; ++l) window[axis][static_cast<size_t>(l)] = true;
        }
        count *= std::count(window[axis].begin(), window[axis].end(), true);
      }
      if (count <= most[t]) continue;
      most[t] = count;
      needed[t] = std::move(window);
    }
  }
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    if (!stack.tensors[t].maker) moved += most[t] * line_bytes(stack, t) * stack.network->batch;
  }
  return moved;
}

bool can_fit(const Stack& stack, int64_t buffer_bytes) {
  LineBoundsCache bounds(stack);
  for (const Axis outer : {Axis::columns, Axis::rows}) {
    Frame frame;
    frame.outer = outer;
    std::optional<Strips> strips = cut_strips(stack, outer, 1);
    if (!strips) return true;  // single lines are illegal here, which says nothing of more
    frame.strips = *std::move(strips);
    if (find_bound(stack, bounds, buffer_bytes, 0, frame)) return true;
  }
  return false;
}

std::vector<Frame> frames_of(const Stack& stack, int64_t buffer_bytes, int64_t limit) {
  std::vector<Frame> frames;
  LineBoundsCache bounds(stack);
  for (const Axis outer : {Axis::columns, Axis::rows}) {
    const int64_t extent = stack.tensor(stack.operators[stack.last()].output).lines[index(outer)];
    for (int64_t tile = extent; tile >= 1; --tile) {
      Frame frame;
      frame.outer = outer;
      frame.tile = tile;
      std::optional<Strips> strips = cut_strips(stack, outer, tile);
      if (!strips) continue;
      frame.strips = *std::move(strips);
      if (find_bound(stack, bounds, buffer_bytes, limit, frame) && frame.bound < limit)
        frames.push_back(std::move(frame));
    }
  }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.bound < b.bound; });
  return frames;
}

}  // namespace hwcvp::stack
