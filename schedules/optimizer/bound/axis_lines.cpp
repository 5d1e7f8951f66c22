#include "schedules/optimizer/bound/axis_lines.h"

#include <algorithm>

namespace hwcvp::optimizer {

AxisLines::AxisLines(const Layer& layer, size_t axis)
    : stride_(layer.strides[axis]),
      dilation_(layer.dilations[axis]),
      pad_(layer.pads[axis]),
      lines_(axis == 0 ? layer.in_height : layer.in_width),
      outputs_(axis == 0 ? layer.out_height() : layer.out_width()),
      filters_(layer.kernel_shape[axis]) {
  std::vector<bool> touched(static_cast<size_t>(lines_), false);
  for (int64_t output = 0; output < outputs_; ++output) {
    for (int64_t filter = 0; filter < filters_; ++filter) {
      const int64_t line = output * stride_ + filter * dilation_ - pad_;
      if (line >= 0 && line < lines_) touched[static_cast<size_t>(line)] = true;
    }
  }
  touched_ = std::count(touched.begin(), touched.end(), true);
  // With a filter of one line the gaps of the stride are never fetched, and pieces share nothing.
  dense_ = filters_ > 1 && dilation_ == 1 && stride_ <= filters_;
  output_sums_ = sums(outputs_, stride_, (filters_ - 1) * dilation_);
  filter_sums_ = sums(filters_, dilation_, (outputs_ - 1) * stride_);
}

// Least sums for 1, 2, ... pieces of a dimension that moves by `step` lines, beside one that spans
// `other_span` more.
std::vector<int64_t> AxisLines::sums(int64_t extent, int64_t step, int64_t other_span) const {
  std::vector<int64_t> sums(static_cast<size_t>(extent), touched_);
  if (!dense_) return sums;
  std::vector<int64_t> shared;
  for (int64_t cut = 1; cut < extent; ++cut) {
    const int64_t end = std::clamp<int64_t>((cut - 1) * step + other_span - pad_ + 1, 0, lines_);
    const int64_t begin = std::clamp<int64_t>(cut * step - pad_, 0, lines_);
    shared.push_back(std::max<int64_t>(end - begin, 0));
  }
  std::sort(shared.begin(), shared.end());
  for (size_t i = 0; i < shared.size(); ++i) sums[i + 1] = sums[i] + shared[i];
  return sums;
}

int64_t AxisLines::region(int64_t outputs, int64_t filters) const {
  if (filters_ == 1) {
    const int64_t before = (pad_ + stride_ - 1) / stride_;  // outputs above the first line that exists
    const int64_t within = (lines_ - 1 + pad_) / stride_ + 1;
    return std::max(std::min(outputs, within) - before, std::min<int64_t>(touched_, 1));
  }
  if (!dense_) return std::min<int64_t>(touched_, 1);
  // The first piece is the largest; what lies in the padding does not count.
  const int64_t first =
      std::clamp<int64_t>((outputs - 1) * stride_ + (filters - 1) * dilation_ - pad_ + 1, 0, lines_);
  return std::max<int64_t>(first, std::min<int64_t>(touched_, 1));
}

}  // namespace hwcvp::optimizer
