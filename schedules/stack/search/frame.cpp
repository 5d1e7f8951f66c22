#include "schedules/stack/search/frame.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hwcvp::stack {

namespace {

int64_t weight_bytes(const Stack& stack, size_t op) {
  const std::optional<Product>& product = stack.op(op).product;
  return product ? product->weight_elements() * product->weight_bytes : 0;
}

int64_t line_bytes(const Stack& stack, size_t t) {
  return stack.tensor(t).channels * stack.tensor(t).element_bytes;
}

Range hull_of(Range a, Range b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.start, b.start), std::max(a.end, b.end)};
}

using Needed = std::vector<bool>;

// [tensor][line]: whether the stack's output needs it, in strips that need anything of these tensors.
std::vector<std::vector<bool>> needed_lines(const Stack& stack, Axis axis, const Needed& of) {
  std::vector<std::vector<bool>> needed;
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const bool whole = stack.tensors[t].written && of[t];
    needed.emplace_back(static_cast<size_t>(stack.tensor(t).lines[index(axis)]), whole);
  }
  for (size_t i = stack.operators.size(); i-- > 0;) {
    const std::vector<bool>& made = needed[stack.operators[i].output];
    for (const size_t t : stack.operators[i].inputs) {
      if (!of[t]) continue;
      const auto extent = static_cast<int64_t>(needed[t].size());
      for (size_t line = 0; line < made.size(); ++line) {
        if (!made[line]) continue;
        const auto at = static_cast<int64_t>(line);
        const Range window = stack.op(i).maps[index(axis)].needs({at, at + 1}, extent);
        for (int64_t l = window.start; l < window.end; ++l) needed[t][static_cast<size_t>(l)] = true;
      }
    }
  }
  return needed;
}

// Before `reader` runs a piece that ends with a line, all that the line needs of the tensor must have come,
// through whichever operators; and from the piece's first line on, which is no later, its own window is kept.
int64_t held_for(const Stack& stack, Axis axis, const Needed& of, size_t reader, size_t tensor,
                 int64_t line) {
  std::vector<Range> ranges(stack.tensors.size());
  ranges[stack.operators[reader].output] = {line, line + 1};
  Range own;
  for (size_t i = reader + 1; i-- > 0;) {
    const Range made = ranges[stack.operators[i].output];
    if (made.empty()) continue;
    for (const size_t t : stack.operators[i].inputs) {
      const Range window = stack.op(i).maps[index(axis)].needs(made, stack.tensor(t).lines[index(axis)]);
      if (!of[t]) continue;
      ranges[t] = hull_of(ranges[t], window);
      if (i == reader && t == tensor) own = window;
    }
  }
  return own.empty() ? 0 : ranges[tensor].end - own.start;
}

// What holds of every schedule along an inner axis, in strips that need anything of some tensors.
struct LineBounds {
  std::vector<int64_t> lines;  // [tensor]: distinct lines that are needed
  std::vector<int64_t> held;   // [tensor]: lines that must be there at one time
};

LineBounds line_bounds(const Stack& stack, Axis inner, const Needed& of) {
  LineBounds bounds;
  const std::vector<std::vector<bool>> needed = needed_lines(stack, inner, of);
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const std::vector<size_t>& readers = stack.tensors[t].readers;
    const int64_t extent = stack.tensor(t).lines[index(inner)];
    bounds.lines.push_back(std::count(needed[t].begin(), needed[t].end(), true));
    int64_t held = 0;
    for (const size_t reader : readers) {
      if (!of[t]) continue;
      const std::vector<bool>& made = needed[stack.operators[reader].output];
      for (size_t line = 0; line < made.size(); ++line) {
        if (!made[line]) continue;
        const auto at = static_cast<int64_t>(line);
        held = std::max(held, readers.size() > 1
                                  ? held_for(stack, inner, of, reader, t, at)
                                  : stack.op(reader).maps[index(inner)].needs({at, at + 1}, extent).count());
      }
    }
    bounds.held.push_back(held);
  }
  return bounds;
}

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
bool find_bound(const Stack& stack, LineBoundsCache& cache, int64_t buffer_bytes, Frame& frame) {
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
  int64_t weights = 0;
  int64_t working = 0;
  int64_t least_runs = kNever;
  for (size_t i = 0; i < stack.operators.size(); ++i) {
    const Operator& op = stack.op(i);
    moved += op.constant_bytes;
    if (!op.product) continue;
    moved += op.product->params_bytes;
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
    moved += bytes;
    least_runs = std::min(least_runs, runs);
    working =
        std::max(working, frame.strips.widest[stack.operators[i].output] * op.product->accumulator_bytes);
  }
  room -= working;
  // What cannot stay comes in every pass.
  if (weights > room && least_runs != kNever)
    moved += (weights - std::max<int64_t>(room, 0)) * (least_runs - 1);
  frame.bound = moved;
  return room >= 0;
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
      if (find_bound(stack, bounds, buffer_bytes, frame) && frame.bound < limit)
        frames.push_back(std::move(frame));
    }
  }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.bound < b.bound; });
  return frames;
}

}  // namespace hwcvp::stack
