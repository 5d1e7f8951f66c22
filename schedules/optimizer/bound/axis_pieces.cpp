#include "schedules/optimizer/bound/axis_pieces.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/never.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kMostRemembered = 1 << 20;
constexpr int64_t kMostSums = 20000;  // of pieces with gaps that are tried

// Pairs of outputs and taps that meet on lines that do not exist.
int64_t pairs_outside(const AxisShape& shape) { return shape.outputs * shape.taps - shape.meetings(); }

// Lines that do not exist among those from the first to the last that one tap meets, summed over the taps.
int64_t lines_outside(const AxisShape& shape) {
  int64_t lines = 0;
  for (int64_t tap = 0; tap < shape.taps; ++tap) lines += shape.pads_of_tap(tap);
  return lines;
}

}  // namespace

AxisPieces::AxisPieces(const AxisShape& shape, const Cutting& cutting, int64_t room)
    : shape_(&shape),
      count_(cutting.count),
      largest_(cutting.largest),
      limit_(std::max(cutting.largest, std::min(cutting.limit, room))),
      narrowest_(std::max<int64_t>(1, shape.outputs - (count_ - 1) * limit_)),
      lines_(shape.touched),
      region_(std::max<int64_t>(1, least_region(shape, count_, cutting.limit))),
      overlap_(std::max<int64_t>(0, shape.span(1, shape.taps) - shape.stride)) {
  const int64_t outputs = shape.outputs;
  shape.walk(1 + (shape.dense ? count_ : 0) + shape.taps);
  for (int64_t cut = 1; cut < count_ && shape.dense; ++cut) {
    // Where this cut can be; lines are shared least where the padding is near.
    const int64_t low = std::max(cut, outputs - (count_ - cut) * limit_);
    const int64_t high = std::min(cut * limit_, outputs - (count_ - cut));
    lines_ += std::min(shape.shared_at_output(low), shape.shared_at_output(high));
  }
  if (!shape.dense) lines_ = lines_with_gaps();
  const bool at_one_end = count_ > 1 && ends_hold_padding();
  const int64_t clipped_at_most =
      at_one_end ? std::max(shape.pad, shape.pad_after) : shape.pad + shape.pad_after;
  if (shape.dense) region_ = std::max(region_, shape.span(largest_, shape.taps) - clipped_at_most);
  // Clipping takes most at an end of the axis.
  const auto region_from = [&](int64_t begin) {
    return shape.region({begin, begin + narrowest_}, {0, shape.taps}).count();
  };
  smallest_region_ = std::min(region_from(0), region_from(outputs - narrowest_));
  int64_t clipped_by_tap = 0;  // at both ends together, where the piece reaches both
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    clipped_by_tap = std::max(clipped_by_tap, shape.pads_of_tap(tap));
  }
  tap_span_ = std::max<int64_t>(0, shape.span(narrowest_, 1) - 1 - clipped_by_tap);
  if (!shape.dense) tap_span_ = 0;
}

// The least sum over all sizes of the pieces, tried where these are few, of the lines that each touches.
int64_t AxisPieces::lines_with_gaps() const {
  const AxisShape& s = *shape_;
  const int64_t sizes = limit_ - narrowest_ + 1;
  if (count_ == 1 || count_ * s.outputs * sizes > kMostSums) return s.touched;
  s.walk(count_ * s.outputs * sizes);
  // [n]: of the first n outputs in the pieces so far.
  std::vector<int64_t> least(static_cast<size_t>(s.outputs) + 1, kNever);
  least[0] = 0;
  for (int64_t piece = 0; piece < count_; ++piece) {
    std::vector<int64_t> next(least.size(), kNever);
    for (int64_t begin = 0; begin < s.outputs; ++begin) {
      const int64_t before = least[static_cast<size_t>(begin)];
      if (before == kNever) continue;
      for (int64_t end = begin + narrowest_; end <= std::min(s.outputs, begin + limit_); ++end) {
        int64_t& sum = next[static_cast<size_t>(end)];
        sum = std::min(sum, before + s.lines_touched({begin, end}, {0, s.taps}));
      }
    }
    least = std::move(next);
  }
  return least.back() == kNever ? s.touched : least.back();
}

// Where the shape remembers a result; below 0 if it does not yet.
int64_t& AxisPieces::remember(int64_t window, uint64_t kind) const {
  const auto size = static_cast<uint64_t>(shape_->outputs + shape_->pad + shape_->lines + 1);
  const uint64_t key = ((static_cast<uint64_t>(count_) * size + static_cast<uint64_t>(limit_)) * size +
                        static_cast<uint64_t>(window)) *
                           3 +
                       kind;
  if (shape_->remembered.size() >= kMostRemembered) shape_->remembered.clear();
  return shape_->remembered.emplace(key, -1).first->second;
}

// Each piece of w taps meets s (y - n) + n w lines, or y w where its taps leave gaps; with a stride it may be
// better to cut them unevenly.
int64_t AxisPieces::lines_by_taps(int64_t pieces, int64_t taps) const {
  const AxisShape& s = *shape_;
  const int64_t n = std::max(pieces, count_);
  if (!s.dense || s.taps == 1) return lines_;
  s.walk(s.taps * std::min(taps, s.taps));
  std::vector<int64_t> least = {0};  // of the first taps
  for (int64_t end = 1; end <= s.taps; ++end) {
    int64_t sum = kNever;
    for (int64_t width = 1; width <= std::min(taps, end); ++width) {
      const int64_t lines = std::min(s.stride * (s.outputs - n) + n * width, s.outputs * width);
      sum = std::min(sum, least[static_cast<size_t>(end - width)] + lines);
    }
    least.push_back(sum);
  }
  return std::max(lines_, least.back() - pairs_outside(s));
}

int64_t AxisPieces::lines_held_by_taps(int64_t taps) const {
  const AxisShape& s = *shape_;
  if (!s.dense || s.taps == 1) return lines_;
  const int64_t passes = ceil_div(s.taps, taps);
  return std::max(lines_, passes * s.stride * (s.outputs - count_) + count_ * s.taps - lines_outside(s));
}

int64_t AxisPieces::lines_in_windows(int64_t window) const {
  const AxisShape& s = *shape_;
  if (!s.dense || window >= region_) return lines_;
  int64_t least = lines_by_taps(s.outputs, 1);
  for (int64_t taps = 1; taps <= s.taps && s.span(1, taps) <= window; ++taps) {
    const int64_t outputs = std::min(limit_, s.outputs_within(window, taps));
    least = std::min(least, lines_by_taps(ceil_div(s.outputs, outputs), taps));
  }
  return least;
}

// Lines that `taps` taps and the outputs of all pieces load, padding included, through a window that slides:
// parts of the outputs that the window holds with one tap at least, each with all these taps, and lines that
// it keeps from the last place in one part to the first in the next.
int64_t AxisPieces::lines_of_taps_sliding(int64_t taps, int64_t window) const {
  const AxisShape& s = *shape_;
  const auto lines = [&](int64_t parts) {
    return std::min((s.outputs - parts) * s.stride + parts * taps, s.outputs * taps);
  };
  int64_t least = window >= taps ? lines(count_) : s.outputs * taps;
  const int64_t most_outputs = std::min(limit_, s.outputs_within(window, 1));
  s.walk(most_outputs);
  for (int64_t outputs = 1; outputs <= most_outputs; ++outputs) {
    const int64_t parts = std::max(count_, ceil_div(s.outputs, outputs));
    const int64_t kept = std::clamp<int64_t>(
        2 * window + s.stride - taps, 0,
        std::min({window, std::max<int64_t>(0, taps - s.stride), (2 * outputs - 1) * s.stride}));
    least = std::min(least, lines(parts) - (parts - count_) * kept);
  }
  return least;
}

int64_t AxisPieces::lines_sliding(int64_t window) const {
  const AxisShape& s = *shape_;
  if (!s.dense || s.taps == 1 || window >= s.taps || window >= region_) return lines_;
  int64_t& remembered = remember(window, 2);
  if (remembered >= 0) return remembered;
  // The taps in one go or in any pieces, one after the other.
  const int64_t kept = kept_to_next_taps(window, window, Clipping::possible, NextTaps::behind);
  std::vector<int64_t> least = {0};
  for (int64_t taps = 1; taps <= s.taps; ++taps) {
    int64_t best = lines_of_taps_sliding(taps, window);
    for (int64_t last = 1; last < taps; ++last) {
      best = std::min(best,
                      least[static_cast<size_t>(taps - last)] + lines_of_taps_sliding(last, window) - kept);
    }
    least.push_back(best);
  }
  remembered = std::max(lines_, least.back() - pairs_outside(s));
  return remembered;
}

}  // namespace hwcvp::optimizer
