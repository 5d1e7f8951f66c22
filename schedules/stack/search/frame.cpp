#include "schedules/stack/search/frame.h"

#include <algorithm>

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

// [tensor][line]: whether the stack's output needs it.
std::vector<std::vector<bool>> needed_lines(const Stack& stack, Axis axis) {
  std::vector<std::vector<bool>> needed;
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const bool whole = stack.tensors[t].written;
    needed.emplace_back(static_cast<size_t>(stack.tensor(t).lines[index(axis)]), whole);
  }
  for (size_t i = stack.operators.size(); i-- > 0;) {
    const std::vector<bool>& made = needed[stack.operators[i].output];
    for (const size_t t : stack.operators[i].inputs) {
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
int64_t held_for(const Stack& stack, Axis axis, size_t reader, size_t tensor, int64_t line) {
  std::vector<Range> ranges(stack.tensors.size());
  ranges[stack.operators[reader].output] = {line, line + 1};
  Range own;
  for (size_t i = reader + 1; i-- > 0;) {
    const Range made = ranges[stack.operators[i].output];
    if (made.empty()) continue;
    for (const size_t t : stack.operators[i].inputs) {
      const Range window = stack.op(i).maps[index(axis)].needs(made, stack.tensor(t).lines[index(axis)]);
      ranges[t] = hull_of(ranges[t], window);
      if (i == reader && t == tensor) own = window;
    }
  }
  return own.empty() ? 0 : ranges[tensor].end - own.start;
}

int64_t bound_of(const Stack& stack, const LineBounds& bounds, const Frame& frame, int64_t buffer_bytes,
                 bool& fits) {
  const int64_t batch = stack.network->batch;
  int64_t moved = 0;
  int64_t room = buffer_bytes;
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const StackTensor& tensor = stack.tensors[t];
    room -= bounds.held[t] * frame.strips.widest[t] * line_bytes(stack, t);
    if (tensor.maker && !tensor.written) continue;
    int64_t widths = 0;
    for (const StripGroup& group : frame.strips.groups) widths += group.widths[t];
    const int64_t lines = tensor.written ? stack.tensor(t).lines[index(other(frame.outer))] : bounds.lines[t];
    const int64_t bytes = lines * widths * line_bytes(stack, t) * batch;
    if (!tensor.maker) moved += bytes;
    if (tensor.written) moved += bytes;
  }
  int64_t weights = 0;
  int64_t working = 0;
  for (size_t i = 0; i < stack.operators.size(); ++i) {
    const Operator& op = stack.op(i);
    moved += op.constant_bytes;
    if (!op.product) continue;
    moved += op.product->params_bytes;
    weights += weight_bytes(stack, i);
    working =
        std::max(working, frame.strips.widest[stack.operators[i].output] * op.product->accumulator_bytes);
  }
  room -= working;
  fits = room >= 0;
  // What cannot stay comes in every pass.
  const int64_t streamed = std::max<int64_t>(0, weights - room);
  return moved + weights + streamed * (frame.passes - 1);
}

}  // namespace

LineBounds line_bounds(const Stack& stack, Axis inner) {
  LineBounds bounds;
  const std::vector<std::vector<bool>> needed = needed_lines(stack, inner);
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    bounds.lines.push_back(std::count(needed[t].begin(), needed[t].end(), true));
    int64_t held = 0;
    for (const size_t reader : stack.tensors[t].readers) {
      const std::vector<bool>& made = needed[stack.operators[reader].output];
      for (size_t line = 0; line < made.size(); ++line) {
        if (!made[line]) continue;
        const auto at = static_cast<int64_t>(line);
        held = std::max(held, stack.tensors[t].readers.size() > 1
                                  ? held_for(stack, inner, reader, t, at)
                                  : stack.op(reader)
                                        .maps[index(inner)]
                                        .needs({at, at + 1}, stack.tensor(t).lines[index(inner)])
                                        .count());
      }
    }
    bounds.held.push_back(held);
  }
  return bounds;
}

int64_t once_bytes(const Stack& stack) {
  int64_t moved = 0;
  for (size_t i = 0; i < stack.operators.size(); ++i) {
    moved += stack.op(i).constant_bytes + weight_bytes(stack, i);
    if (stack.op(i).product) moved += stack.op(i).product->params_bytes;
  }
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    if (!stack.tensors[t].written) continue;
    const Tensor& tensor = stack.tensor(t);
    moved += line_bytes(stack, t) * tensor.lines[0] * tensor.lines[1] * stack.network->batch;
  }
  // Of inputs, what is needed along both axes.
  const LineBounds rows = line_bounds(stack, Axis::rows);
  const LineBounds columns = line_bounds(stack, Axis::columns);
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    if (stack.tensors[t].maker) continue;
    moved += line_bytes(stack, t) * rows.lines[t] * columns.lines[t] * stack.network->batch;
  }
  return moved;
}

std::vector<Frame> frames_of(const Stack& stack, int64_t buffer_bytes, int64_t limit) {
  std::vector<Frame> frames;
  for (const Axis outer : {Axis::columns, Axis::rows}) {
    const LineBounds bounds = line_bounds(stack, other(outer));
    const int64_t extent = stack.tensor(stack.operators[stack.last()].output).lines[index(outer)];
    for (int64_t tile = extent; tile >= 1; --tile) {
      Frame frame;
      frame.outer = outer;
      frame.tile = tile;
      std::optional<Strips> strips = cut_strips(stack, outer, tile);
      if (!strips) continue;
      frame.strips = *std::move(strips);
      frame.passes = frame.strips.count * stack.network->batch;
      bool fits = false;
      frame.bound = bound_of(stack, bounds, frame, buffer_bytes, fits);
      if (fits && frame.bound < limit) frames.push_back(std::move(frame));
    }
  }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.bound < b.bound; });
  return frames;
}

}  // namespace hwcvp::stack
