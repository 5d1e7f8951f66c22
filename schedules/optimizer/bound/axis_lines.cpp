#include "schedules/optimizer/bound/axis_lines.h"

#include <algorithm>

#include "schedules/math/division.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kMostListed = 1 << 16;  // cuts near the padding

}  // namespace

AxisLines::AxisLines(const Layer& layer, size_t axis)
    : input_(layer, axis), touched_(input_.touched_lines()) {
  if (!without_gaps()) return;
  at_outputs_ = shared_lines(input_.outputs, input_.stride, input_.span(1, input_.taps) - input_.stride,
                             [this](int64_t cut) { return input_.shared_at_output(cut); });
  at_taps_ = shared_lines(input_.taps, input_.dilation, input_.span(input_.outputs, 1) - input_.dilation,
                          [this](int64_t cut) { return input_.shared_at_tap(cut); });
}

// The shared lines are a window of so many lines that moves by `step` lines from cut to cut. Those that exist
// grow in number until it is nowhere nearer the middle of the axis, stay alike for a while, and become fewer.
template <typename Shared>
AxisLines::SharedLines AxisLines::shared_lines(int64_t extent, int64_t step, int64_t window,
                                               const Shared& shared) const {
  SharedLines found;
  const int64_t last = extent - 1;
  if (last < 1 || window <= 0) return found;
  const int64_t before = floor_div(input_.lines - window + 2 * input_.pad, 2 * step);
  const int64_t middle = std::clamp<int64_t>(before, 1, last);
  const int64_t behind = std::clamp<int64_t>(before + 1, 1, last);
  found.alike = std::max(shared(middle), shared(behind));
  // The cuts from `begin` on and before `end` are alike.
  const auto first_where = [](int64_t low, int64_t high, const auto& holds) {
    while (low < high) {
      const int64_t cut = low + (high - low) / 2;
      if (holds(cut)) {
        high = cut;
      } else {
        low = cut + 1;
      }
    }
    return low;
  };
  const int64_t begin = first_where(1, behind, [&](int64_t cut) { return shared(cut) == found.alike; });
  const int64_t end = first_where(begin, last + 1, [&](int64_t cut) { return shared(cut) < found.alike; });
  const int64_t fewer = begin - 1 + last + 1 - end;
  if (fewer > kMostListed) {
    found.unlisted = fewer;
    return found;
  }
  std::vector<int64_t> lines;
  for (int64_t cut = 1; cut < begin; ++cut) lines.push_back(shared(cut));
  for (int64_t cut = end; cut <= last; ++cut) lines.push_back(shared(cut));
  std::sort(lines.begin(), lines.end());
  for (const int64_t some : lines) found.fewer.push_back(found.fewer.back() + some);
  return found;
}

int64_t AxisLines::SharedLines::least(int64_t cuts) const {
  const int64_t left = cuts - unlisted;
  if (left <= 0) return 0;
  const auto listed = static_cast<int64_t>(fewer.size()) - 1;
  return fewer[static_cast<size_t>(std::min(left, listed))] + std::max<int64_t>(0, left - listed) * alike;
}

// The first piece is the largest; what lies in the padding does not count.
int64_t AxisLines::region(int64_t outputs, int64_t filters) const {
  return std::max(input_.region({0, outputs}, {0, filters}).count(), std::min<int64_t>(touched_, 1));
}

}  // namespace hwcvp::optimizer
