// What windows over the pieces of an axis keep from one place to another.
#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/axis_pieces.h"
#include "schedules/optimizer/bound/never.h"
#include "schedules/optimizer/bound/overlap.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kMostSizes = 20000;  // of pieces that are tried, at all places

}  // namespace

// With p outputs and f taps in the first place and p', f' in the last, of y outputs and F taps, a window has
// (p + p' - 2) stride + f + f' lines in both places together, less the (y - 1) stride + F of the piece.
// Either all outputs are in both places, or p + p' <= y; likewise for taps. Outputs in parts leave F - stride
// lines at most, and only windows that are larger than what one tap meets have all outputs.
int64_t AxisPieces::most_kept(int64_t window) const {
  const int64_t held = std::min(window, region_);
  if (2 * window <= smallest_region_) return 0;
  if (!shape_->dense) {
    return window < smallest_region_ ? overlap_at_ends(window, smallest_region_)
                                     : std::min(window, shape_->lines);
  }
  return window <= tap_span_ ? std::min({held, overlap_, 2 * window - smallest_region_}) : held;
}

int64_t AxisPieces::kept(int64_t window) const {
  const int64_t most = count_ * most_kept(window);
  if (!shape_->dense) return std::min(most, lines_);
  if (most == 0) return most;
  if (lines_ <= window * count_) return std::min(most, lines_);
  if (region_ <= 2 * window) return std::clamp<int64_t>(2 * window * count_ - lines_, 0, most);
  return std::clamp<int64_t>(ceil_div(window * (region_ * count_ - lines_), region_ - window), 0, most);
}

// With p outputs and f taps in the first place and p', f' in the last, of y outputs and F taps, both places
// share (p + p' - y - 1) stride + f + f' - F lines. A window that does not hold the piece cuts the outputs, p
// + p' <= y, or the taps, f + f' <= F; it cuts the taps alone only if it has all outputs with the tap that
// meets most lines. `clipped` lines of the piece do not exist.
int64_t AxisPieces::kept_in_piece(int64_t outputs, int64_t clipped, int64_t window) const {
  const AxisShape& s = *shape_;
  const int64_t lines = std::max<int64_t>(0, s.span(outputs, s.taps) - clipped);
  if (window >= lines) return lines;
  const int64_t one_tap = s.span(outputs, 1) - std::max<int64_t>(0, clipped - (s.taps - 1));
  const int64_t most = window >= one_tap ? std::max(overlap_, (outputs - 1) * s.stride) : overlap_;
  return std::clamp<int64_t>(2 * window - lines, 0, most);
}

// A piece that reaches into the padding, by `clipped` lines if all other pieces are long enough to reach past
// it.
int64_t AxisPieces::kept_in_end(int64_t outputs, int64_t clipped, int64_t window) const {
  const AxisShape& s = *shape_;
  if (narrowest_ * s.stride >= std::max(s.pad, s.pad_after)) return kept_in_piece(outputs, clipped, window);
  int64_t most = 0;
  s.walk(s.pad + s.pad_after);
  for (int64_t lines = 0; lines <= s.pad + s.pad_after; ++lines) {
    most = std::max(most, kept_in_piece(outputs, lines, window));
  }
  return most;
}

int64_t AxisPieces::most_kept_by_size(int64_t window) const {
  const AxisShape& s = *shape_;
  if (count_ == 1) return kept_in_piece(s.outputs, s.pad + s.pad_after, window);
  int64_t most = 0;
  s.walk(limit_ - narrowest_ + 1);
  for (int64_t outputs = narrowest_; outputs <= limit_; ++outputs) {
    most = std::max({most, kept_in_piece(outputs, 0, window), kept_in_end(outputs, s.pad, window),
                     kept_in_end(outputs, s.pad_after, window)});
  }
  return most;
}

// Price every output at the slope of the concave hull of what a piece keeps, at the average size: no sizes
// keep more than all outputs are worth and, piece by piece, the most that one keeps beyond what its own are
// worth.
int64_t AxisPieces::kept_by_sizes(int64_t window) const {
  const AxisShape& s = *shape_;
  if (count_ == 1) return most_kept_by_size(window);
  const int64_t largest = std::min(limit_, s.outputs - count_ + 1);
  struct Point {
    int64_t outputs, lines;
  };
  std::vector<Point> hull;
  s.walk(2 * (largest - narrowest_ + 1));
  for (int64_t outputs = narrowest_; outputs <= largest; ++outputs) {
    const Point next = {outputs, kept_in_piece(outputs, 0, window)};
    const auto below = [&](const Point& a, const Point& b) {  // b is not above the line from a to `next`
      return (b.lines - a.lines) * (next.outputs - a.outputs) <=
             (next.lines - a.lines) * (b.outputs - a.outputs);
    };
    while (hull.size() > 1 && below(hull[hull.size() - 2], hull.back())) hull.pop_back();
    hull.push_back(next);
  }
  size_t right = 1;
  while (right + 1 < hull.size() && hull[right].outputs * count_ < s.outputs) ++right;
  const bool one_size = hull.size() == 1;
  const int64_t rise = one_size ? 0 : hull[right].lines - hull[right - 1].lines;
  const int64_t run = one_size ? 1 : hull[right].outputs - hull[right - 1].outputs;
  const int64_t before =
      s.pad > 0 ? ceil_div(s.pad, narrowest_ * s.stride) : 0;  // pieces that may be clipped
  const int64_t after = s.pad_after > 0 ? ceil_div(s.pad_after, narrowest_ * s.stride) : 0;
  int64_t inner_worth = 0;
  int64_t before_worth = 0;
  int64_t after_worth = 0;
  bool first = true;
  for (int64_t outputs = narrowest_; outputs <= largest; ++outputs) {
    const auto worth = [&](int64_t lines) { return run * lines - rise * outputs; };
    const int64_t inner = worth(kept_in_piece(outputs, 0, window));
    const int64_t at_begin = worth(kept_in_end(outputs, s.pad, window));
    const int64_t at_end = worth(kept_in_end(outputs, s.pad_after, window));
    inner_worth = first ? inner : std::max(inner_worth, inner);
    before_worth = first ? at_begin : std::max(before_worth, at_begin);
    after_worth = first ? at_end : std::max(after_worth, at_end);
    first = false;
  }
  const int64_t clipped_before = std::min(before, count_);
  const int64_t clipped_after = std::min(after, count_ - clipped_before);
  const int64_t worth = rise * s.outputs + clipped_before * before_worth + clipped_after * after_worth +
                        (count_ - clipped_before - clipped_after) * inner_worth;
  return std::max<int64_t>(0, worth / run);
}

// Lines that are not kept, summed over the pieces, for the sizes for which that is least. 0 where the sizes
// are too many to try.
int64_t AxisPieces::least_not_kept(int64_t window) const {
  const AxisShape& s = *shape_;
  if (count_ * s.outputs * limit_ > kMostSizes) return 0;
  const auto not_kept = [&](int64_t begin, int64_t outputs) {
    const int64_t rest = s.outputs - begin - outputs;
    const int64_t clipped =
        std::max<int64_t>(0, s.pad - begin * s.stride) + std::max<int64_t>(0, s.pad_after - rest * s.stride);
    const int64_t lines = std::max<int64_t>(0, s.span(outputs, s.taps) - clipped);
    return lines - kept_in_piece(outputs, clipped, window);
  };
  s.walk(kMostSizes);
  // [n]: of the first n outputs in the pieces so far.
  std::vector<int64_t> least(static_cast<size_t>(s.outputs) + 1, kNever);
  least[0] = 0;
  for (int64_t piece = 0; piece < count_; ++piece) {
    std::vector<int64_t> next(least.size(), kNever);
    for (int64_t begin = 0; begin < s.outputs; ++begin) {
      const int64_t before = least[static_cast<size_t>(begin)];
      if (before == kNever) continue;
      for (int64_t outputs = 1; outputs <= std::min(limit_, s.outputs - begin); ++outputs) {
        int64_t& sum = next[static_cast<size_t>(begin + outputs)];
        sum = std::min(sum, before + not_kept(begin, outputs));
      }
    }
    least = std::move(next);
  }
  return least.back() == kNever ? 0 : least.back();
}

int64_t AxisPieces::most_kept_closely(int64_t window) const {
  const int64_t quick = most_kept(window);
  if (!shape_->dense || quick == 0) return quick;
  int64_t& remembered = remember(window, 0);
  if (remembered < 0) remembered = most_kept_by_size(window);
  return std::min(quick, remembered);
}

int64_t AxisPieces::kept_closely(int64_t window) const {
  const int64_t quick = kept(window);
  if (!shape_->dense || quick == 0) return quick;
  int64_t& remembered = remember(window, 1);
  if (remembered < 0) {
    remembered = std::min(kept_by_sizes(window), std::max<int64_t>(0, lines_ - least_not_kept(window)));
  }
  return std::min(quick, remembered);
}

// Pieces that may reach into the padding.
int64_t AxisPieces::clipped_pieces() const {
  const int64_t step = narrowest_ * shape_->stride;
  return std::min(count_, ceil_div(shape_->pad, step) + ceil_div(shape_->pad_after, step));
}

// The last place has p' outputs and f' taps of the one piece, the first p and f of the next; they share at
// most (p + p' - 1) stride + f + f' - F lines. A window that is smaller than F cuts the taps of pieces that
// lie outside the padding, f + f' <= F.
int64_t AxisPieces::kept_to_next(int64_t window) const {
  const int64_t most = most_kept_to_next(window);
  const int64_t steps = count_ - 1;
  if (!shape_->dense) {
    const int64_t clipped = std::min(steps, clipped_pieces());
    return clipped * most + (steps - clipped) * overlap_at_ends(window, overlap_);
  }
  const int64_t all = lines_ - shape_->touched;  // that pieces share
  if (window >= shape_->taps) return std::min(steps * most, all);
  const int64_t outputs = std::min(limit_, shape_->outputs_within(window, 1));
  const int64_t inner = std::clamp<int64_t>(2 * window + shape_->stride - shape_->taps, 0,
                                            std::min(most, (2 * outputs - 1) * shape_->stride));
  const int64_t clipped = std::min(steps, clipped_pieces());
  return std::min(clipped * most + (steps - clipped) * inner, all);
}

// Pieces of which a window can have all outputs with one tap at least: those with few outputs, of which there
// are only so many where none has more than limit_.
int64_t AxisPieces::pieces_held_whole(int64_t window) const {
  const int64_t outputs = shape_->outputs_within(window, 1);
  if (!shape_->dense || outputs >= limit_) return count_;
  return std::min(count_, (count_ * limit_ - shape_->outputs) / (limit_ - outputs));
}

// In pieces of which the window never has all outputs, the last place has p' of them and the first p, with
// p + p' <= y: they share at most 2 taps - stride lines, or taps - stride where both are places of the same
// taps.
int64_t AxisPieces::kept_to_next_taps(int64_t window, int64_t taps, Clipping clipping, NextTaps next) const {
  const int64_t held = std::min(window, shape_->span(limit_, taps));
  const int64_t most = std::clamp<int64_t>(2 * held - tap_span_, 0, std::min(held, limit_ * taps));
  const int64_t held_if_clipped = clipping == Clipping::possible && window > tap_span_ ? clipped_pieces() : 0;
  const int64_t whole = std::min(count_, pieces_held_whole(window) + held_if_clipped);
  const int64_t both = next == NextTaps::not_behind ? taps : 2 * taps;
  return whole * most + (count_ - whole) * std::clamp<int64_t>(both - shape_->stride, 0, most);
}

int64_t AxisPieces::clipped_taps(int64_t taps) const {
  const AxisShape& s = *shape_;
  return std::min(ceil_div(s.taps, taps),
                  ceil_div(std::min(s.pad, s.taps), taps) + ceil_div(std::min(s.pad_after, s.taps), taps));
}

}  // namespace hwcvp::optimizer
