#include "schedules/optimizer/bound/axis_lines.h"

#include <algorithm>
#include <utility>

namespace hwcvp::optimizer {

AxisLines::AxisLines(const Layer& layer, size_t axis)
    : input_(layer, axis), touched_(input_.touched_lines()) {
  std::vector<int64_t> at_outputs(static_cast<size_t>(input_.outputs) - 1);
  std::vector<int64_t> at_taps(static_cast<size_t>(input_.taps) - 1);
  if (without_gaps()) {
    for (size_t i = 0; i < at_outputs.size(); ++i) {
      at_outputs[i] = input_.shared_at_output(static_cast<int64_t>(i) + 1);
    }
    for (size_t i = 0; i < at_taps.size(); ++i)
      at_taps[i] = input_.shared_at_tap(static_cast<int64_t>(i) + 1);
  }
  output_sums_ = sums(std::move(at_outputs));
  filter_sums_ = sums(std::move(at_taps));
}

// Least sums for 1, 2, ... pieces, from the lines that pieces share at each cut.
std::vector<int64_t> AxisLines::sums(std::vector<int64_t> shared) const {
  std::vector<int64_t> sums = {touched_};
  std::sort(shared.begin(), shared.end());
  for (const int64_t lines : shared) sums.push_back(sums.back() + lines);
  return sums;
}

// The first piece is the largest; what lies in the padding does not count.
int64_t AxisLines::region(int64_t outputs, int64_t filters) const {
  const int64_t first = without_gaps() ? input_.region({0, outputs}, {0, filters}).count() : 0;
  return std::max(first, std::min<int64_t>(touched_, 1));
}

}  // namespace hwcvp::optimizer
