#include "schedules/optimizer/axis_pieces.h"

#include <algorithm>

#include "schedules/lattice_sums.h"
#include "schedules/optimizer/axis_lines.h"

namespace hwcvp::optimizer {

namespace {

// Pairs of outputs and taps that meet on lines that do not exist.
int64_t pairs_outside(const AxisShape& shape) {
  const auto outside = [&](int64_t output) {
    const int64_t first = output * shape.stride - shape.pad;
    const int64_t past = first + shape.taps - shape.lines;
    return std::clamp<int64_t>(-first, 0, shape.taps) + std::clamp<int64_t>(past, 0, shape.taps);
  };
  int64_t pairs = 0;
  for (int64_t output = 0; output < shape.outputs; ++output) pairs += outside(output);
  return pairs;
}

}  // namespace

AxisShape::AxisShape(const Layer& layer, size_t axis)
    : outputs(axis == 0 ? layer.out_height() : layer.out_width()),
      taps(layer.kernel_shape[axis]),
      stride(layer.strides[axis]),
      dilation(layer.dilations[axis]),
      pad(layer.pads[axis]),
      pad_after(0),
      lines(axis == 0 ? layer.in_height : layer.in_width),
      touched(AxisLines(layer, axis).touched()),
      dense(taps == 1 || (dilation == 1 && stride <= taps)) {
  if (taps == 1) {  // only lines of the grid travel
    pad = (pad + stride - 1) / stride;
    lines = touched;
    stride = 1;
  }
  pad_after = std::max<int64_t>(0, span(outputs, taps) - pad - lines);
}

int64_t AxisShape::span(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  return (outputs_of_piece - 1) * stride + (taps_of_piece - 1) * dilation + 1;
}

int64_t AxisShape::most_by_one_tap(int64_t outputs_of_piece) const {
  int64_t most = 0;
  for (int64_t tap = 0; tap < taps && dense; ++tap) {
    const int64_t first = tap - pad;
    const int64_t last = std::min(first + (outputs_of_piece - 1) * stride, lines - 1);
    most = std::max(most, last - std::max<int64_t>(first, 0) + 1);
  }
  return std::max<int64_t>(most, std::min<int64_t>(touched, 1));
}

int64_t AxisShape::shared(int64_t cut) const {
  const int64_t end = std::clamp<int64_t>((cut - 1) * stride + (taps - 1) * dilation - pad + 1, 0, lines);
  const int64_t begin = std::clamp<int64_t>(cut * stride - pad, 0, lines);
  return std::max<int64_t>(end - begin, 0);
}

int64_t least_region(const AxisShape& shape, int64_t count, int64_t largest) {
  if (!shape.dense) return std::min<int64_t>(shape.touched, 1);
  if (count == 1) return shape.touched;
  const auto outputs = [&](int64_t lines) {
    return lines < shape.taps ? 0 : std::min(largest, (lines - shape.taps) / shape.stride + 1);
  };
  int64_t low = 0;
  int64_t high = shape.lines;
  while (low < high) {  // the end pieces may lie partly in the padding
    const int64_t lines = (low + high) / 2;
    const int64_t covered =
        outputs(lines + shape.pad) + outputs(lines + shape.pad_after) + (count - 2) * outputs(lines);
    if (covered >= shape.outputs) {
      high = lines;
    } else {
      low = lines + 1;
    }
  }
  return low;
}

std::vector<Cutting> cuttings(const AxisShape& shape) {
  std::vector<Cutting> found;
  for (int64_t count = 1; count <= shape.outputs; ++count) {
    const int64_t even = ceil_div(shape.outputs, count);
    const int64_t most = shape.outputs - count + 1;
    found.push_back({count, even, most});
    int64_t region = least_region(shape, count, even);
    for (int64_t largest = even + 1; largest <= std::min(most, even + shape.pad + shape.pad_after);
         ++largest) {
      const int64_t smaller = least_region(shape, count, largest);
      if (smaller == region) continue;
      found.back().limit = largest - 1;
      found.push_back({count, largest, most});
      region = smaller;
    }
  }
  return found;
}

AxisPieces::AxisPieces(const AxisShape& shape, const Cutting& cutting, int64_t room)
    : shape_(&shape),
      count_(cutting.count),
      largest_(cutting.largest),
      limit_(std::max(cutting.largest, std::min(cutting.limit, room))),
      lines_(shape.touched),
      region_(std::max<int64_t>(
          1, std::min(shape.span(cutting.largest, shape.taps), least_region(shape, count_, cutting.limit)))),
      overlap_(std::max<int64_t>(0, (shape.taps - 1) * shape.dilation + 1 - shape.stride)) {
  const int64_t outputs = shape.outputs;
  for (int64_t cut = 1; cut < count_ && shape.dense; ++cut) {
    // Where this cut can be; lines are shared least where the padding is near.
    const int64_t low = std::max(cut, outputs - (count_ - cut) * limit_);
    const int64_t high = std::min(cut * limit_, outputs - (count_ - cut));
    lines_ += std::min(shape.shared(low), shape.shared(high));
  }
  const int64_t narrowest = std::max<int64_t>(1, outputs - (count_ - 1) * limit_);
  const int64_t clipped = count_ == 1 ? shape.pad + shape.pad_after : std::max(shape.pad, shape.pad_after);
  smallest_region_ = std::max<int64_t>(0, shape.span(narrowest, shape.taps) - clipped);
  int64_t clipped_by_tap = 0;  // at both ends together, where the piece reaches both
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    clipped_by_tap =
        std::max(clipped_by_tap, std::max<int64_t>(0, shape.pad - tap) +
                                     std::max<int64_t>(0, tap - (shape.taps - 1 - shape.pad_after)));
  }
  tap_span_ = std::max<int64_t>(0, shape.span(narrowest, 1) - 1 - clipped_by_tap);
  if (!shape.dense) smallest_region_ = tap_span_ = 0;
}

// With p outputs and f taps in the first place and p', f' in the last, of y outputs and F taps, a window has
// (p + p' - 2) stride + f + f' lines in both places together, less the (y - 1) stride + F of the piece.
// Either all outputs are in both places, or p + p' <= y; likewise for taps. Outputs in parts leave F - stride
// lines at most, and only windows that are larger than what one tap meets have all outputs.
int64_t AxisPieces::most_kept(int64_t window) const {
  const int64_t held = std::min(window, region_);
  if (!shape_->dense) return std::min(window, shape_->lines);
  if (2 * window <= smallest_region_) return 0;
  return window <= tap_span_ ? std::min({held, overlap_, 2 * window - smallest_region_}) : held;
}

int64_t AxisPieces::kept(int64_t window) const {
  const int64_t most = count_ * most_kept(window);
  if (!shape_->dense || most == 0) return most;
  if (lines_ <= window * count_) return std::min(most, lines_);
  if (region_ <= 2 * window) return std::clamp<int64_t>(2 * window * count_ - lines_, 0, most);
  return std::clamp<int64_t>(ceil_div(window * (region_ * count_ - lines_), region_ - window), 0, most);
}

int64_t AxisPieces::kept_to_next_taps(int64_t window, int64_t taps) const {
  const int64_t held = std::min(window, shape_->span(limit_, taps));
  const int64_t both = std::max<int64_t>(0, 2 * held - tap_span_);
  return window <= tap_span_ ? std::min(both, std::max<int64_t>(0, 2 * taps - shape_->stride)) : both;
}

int64_t AxisPieces::lines_by_taps(int64_t pieces, int64_t taps) const {
  const AxisShape& s = *shape_;
  const int64_t n = std::max(pieces, count_);
  if (!s.dense || s.taps == 1) return lines_;
  int64_t sum = 0;
  if (taps >= s.taps) {
    sum = (s.outputs - n) * s.stride + n * s.taps;
  } else {
    for (int64_t first = 0; first < s.taps; first += taps) {
      const int64_t width = std::min(taps, s.taps - first);
      sum += std::min(s.stride * (s.outputs - n) + n * width, s.outputs * width);
    }
  }
  return std::max(lines_, sum - pairs_outside(s));
}

int64_t AxisPieces::lines_in_windows(int64_t window) const {
  const AxisShape& s = *shape_;
  if (!s.dense || window >= region_) return lines_;
  int64_t least = lines_by_taps(s.outputs, 1);
  for (int64_t taps = 1; taps <= s.taps && s.span(1, taps) <= window; ++taps) {
    const int64_t outputs = std::min(limit_, (window - s.span(1, taps)) / s.stride + 1);
    least = std::min(least, lines_by_taps(ceil_div(s.outputs, outputs), taps));
  }
  return least;
}

int64_t AxisPieces::lines_sliding(int64_t window) const {
  const AxisShape& s = *shape_;
  if (!s.dense || s.taps == 1 || window >= s.taps || window >= region_) return lines_;
  const int64_t outputs = (window - 1) / s.stride + 1;
  if (outputs >= limit_ || 2 * window > tap_span_) return lines_;
  return std::min(lines_by_taps(ceil_div(s.outputs, outputs), s.taps), lines_by_taps(count_, window));
}

}  // namespace hwcvp::optimizer
