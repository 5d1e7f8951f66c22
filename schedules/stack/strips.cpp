#include "schedules/stack/strips.h"

#include <algorithm>

namespace hwcvp::stack {

namespace {

// The smallest range that holds both.
Range hull(Range a, Range b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.start, b.start), std::max(a.end, b.end)};
}

StripGroup& group_of(std::vector<StripGroup>& groups, const std::vector<Range>& ranges) {
  const auto fits = [&ranges](const StripGroup& group) {
    for (size_t t = 0; t < ranges.size(); ++t) {
      if (group.needed[t] == ranges[t].empty()) return false;
    }
    return true;
  };
  const auto found = std::find_if(groups.begin(), groups.end(), fits);
  if (found != groups.end()) return *found;
  groups.emplace_back();
  for (const Range range : ranges) groups.back().needed.push_back(!range.empty());
  groups.back().widths.resize(ranges.size(), 0);
  return groups.back();
}

}  // namespace

// From the last operator backwards.
void strip_ranges(const Stack& stack, Axis outer, Range strip, std::vector<Range>& ranges) {
  std::fill(ranges.begin(), ranges.end(), Range{});
  ranges[stack.operators[stack.last()].output] = strip;
  for (size_t i = stack.operators.size(); i-- > 0;) {
    const Range made = ranges[stack.operators[i].output];
    const LineMap& map = stack.op(i).maps[index(outer)];
    for (const size_t t : stack.operators[i].inputs) {
      ranges[t] = hull(ranges[t], map.needs(made, stack.tensor(t).lines[index(outer)]));
    }
  }
}

std::optional<Strips> cut_strips(const Stack& stack, Axis outer, int64_t tile) {
  const size_t tensors = stack.tensors.size();
  const int64_t extent = stack.tensor(stack.operators[stack.last()].output).lines[index(outer)];
  Strips strips;
  strips.widest.resize(tensors, 0);
  std::vector<Range> ranges(tensors);
  std::vector<int64_t> covered(tensors, 0);  // lines before it are needed by strips so far
  std::vector<bool> gaps(tensors, false);
  for (int64_t start = 0; start < extent; start += tile) {
    strip_ranges(stack, outer, {start, std::min(start + tile, extent)}, ranges);
    StripGroup& group = group_of(strips.groups, ranges);
    ++group.strips;
    ++strips.count;
    for (size_t t = 0; t < tensors; ++t) {
      if (ranges[t].empty()) continue;
      group.widths[t] += ranges[t].count();
      strips.widest[t] = std::max(strips.widest[t], ranges[t].count());
      if (ranges[t].start > covered[t]) gaps[t] = true;
      covered[t] = std::max(covered[t], ranges[t].end);
    }
  }
  for (size_t t = 0; t < tensors; ++t) {
    if (!stack.tensors[t].written) continue;
    if (gaps[t] || covered[t] < stack.tensor(t).lines[index(outer)]) return std::nullopt;
  }
  return strips;
}

}  // namespace hwcvp::stack
