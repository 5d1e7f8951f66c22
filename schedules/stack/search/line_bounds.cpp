#include "schedules/stack/search/line_bounds.h"

#include <algorithm>
#include <optional>

namespace hwcvp::stack {

namespace {

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

// What the lines need one by one: those at the ends that meet nothing but padding must not stretch the hull,
// since a piece may end before them.
Range needs_of_lines(const LineMap& map, Range lines, int64_t extent) {
  const auto is_padding = [&](int64_t line) { return map.needs({line, line + 1}, extent).empty(); };
  while (!lines.empty() && is_padding(lines.start)) ++lines.start;
  while (!lines.empty() && is_padding(lines.end - 1)) --lines.end;
  return map.needs(lines, extent);
}

// Before `reader` runs a piece that ends with a line, all that the line needs of the tensor must have come,
// through whichever operators; and from the piece's first line on, which is no later, its own window is kept.
int64_t held_for(const Stack& stack, Axis axis, const Needed& of, size_t reader, size_t tensor,
                 int64_t line) {
  std::vector<Range> ranges(stack.tensors.size());
  ranges[stack.operators[reader].output] = {line, line + 1};
  Range own;
  const std::optional<size_t>& maker = stack.tensors[tensor].maker;
  for (size_t i = reader + 1; i-- > (maker ? *maker + 1 : 0);) {
    const Range made = ranges[stack.operators[i].output];
    if (made.empty()) continue;
    for (const size_t t : stack.operators[i].inputs) {
      const Range window =
          needs_of_lines(stack.op(i).maps[index(axis)], made, stack.tensor(t).lines[index(axis)]);
      if (!of[t]) continue;
      ranges[t] = hull_of(ranges[t], window);
      if (i == reader && t == tensor) own = window;
    }
  }
  return own.empty() ? 0 : ranges[tensor].end - own.start;
}

}  // namespace

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

}  // namespace hwcvp::stack
