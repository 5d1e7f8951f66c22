#include "schedules/optimizer/axis_pieces.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "schedules/lattice_sums.h"
#include "schedules/optimizer/axis_lines.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kMostSizes = 20000;  // of pieces that are tried, at all places

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

// Lines that do not exist among those from the first to the last that one tap meets, summed over the taps.
int64_t lines_outside(const AxisShape& shape) {
  int64_t lines = 0;
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    lines += std::max<int64_t>(0, shape.pad - tap) +
             std::max<int64_t>(0, tap - (shape.taps - 1 - shape.pad_after));
  }
  return lines;
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
      dense(taps == 1 || (dilation == 1 && stride <= taps)),
      least_shared(0) {
  if (taps == 1) {  // only lines of the grid travel
    pad = (pad + stride - 1) / stride;
    lines = touched;
    stride = 1;
  }
  pad_after = std::max<int64_t>(0, span(outputs, taps) - pad - lines);
  find_least_shared();
}

int64_t AxisShape::span(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  return (outputs_of_piece - 1) * stride + (taps_of_piece - 1) * dilation + 1;
}

int64_t AxisShape::most_taps_in_as_many_pieces(int64_t taps_of_piece) const {
  const int64_t pieces = ceil_div(taps, taps_of_piece);
  return pieces == 1 ? taps : ceil_div(taps, pieces - 1) - 1;
}

int64_t AxisShape::lines_met(int64_t first_tap, int64_t taps_of_piece) const {
  const int64_t first = first_tap * dilation - pad;
  return std::max<int64_t>(
      0, std::min(lines, first + span(outputs, taps_of_piece)) - std::max<int64_t>(0, first));
}

int64_t AxisShape::first_region(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  const int64_t region = std::clamp<int64_t>(span(outputs_of_piece, taps_of_piece) - pad, 0, lines);
  return std::max(region, std::min<int64_t>(touched, 1));
}

AxisShape AxisShape::piece(int64_t outputs_of_piece, bool first, bool last) const {
  AxisShape shape = *this;
  shape.outputs = outputs_of_piece;
  shape.pad = first ? pad : 0;
  shape.pad_after = last ? pad_after : 0;
  shape.lines = shape.touched =
      std::max<int64_t>(0, shape.span(outputs_of_piece, taps) - shape.pad - shape.pad_after);
  shape.remembered.clear();
  shape.find_least_shared();
  return shape;
}

std::vector<AxisShape> AxisShape::with_taps(int64_t taps_of_piece) const {
  std::vector<AxisShape> shapes;
  for (int64_t first = 0; first + taps_of_piece <= taps; ++first) {
    AxisShape shape = *this;
    shape.taps = taps_of_piece;
    shape.pad = std::max<int64_t>(0, pad - first);
    shape.pad_after = std::max<int64_t>(0, pad_after - (taps - first - taps_of_piece));
    shape.lines = shape.touched =
        std::max<int64_t>(0, shape.span(outputs, taps_of_piece) - shape.pad - shape.pad_after);
    const bool known = std::any_of(shapes.begin(), shapes.end(), [&](const AxisShape& other) {
      return other.pad == shape.pad && other.pad_after == shape.pad_after;
    });
    if (known) continue;
    shape.remembered.clear();
    shapes.push_back(std::move(shape));
  }
  return shapes;
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

void AxisShape::find_least_shared() {
  int64_t least = touched;
  for (int64_t cut = 1; cut < outputs; ++cut) least = std::min(least, shared(cut));
  for (int64_t cut = 1; cut < taps; ++cut) {
    least = std::min(least, lines_met(0, cut) + lines_met(cut, taps - cut) - touched);
  }
  least_shared = std::max<int64_t>(0, least);
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

std::vector<int64_t> balanced_tiles(const AxisShape& shape, int64_t count) {
  const int64_t lines = least_region(shape, count, shape.outputs);
  const int64_t even = ceil_div(shape.outputs, count);
  const auto outputs = [&](int64_t span) {
    return span < shape.taps ? 0 : (span - shape.taps) / shape.stride + 1;
  };
  const int64_t inner = outputs(lines);
  const int64_t first = std::min(outputs(lines + shape.pad), shape.outputs - count + 1);
  if (inner < 1 || (first <= even && inner >= even)) return {};
  std::vector<int64_t> tiles;
  for (int64_t piece = count - 2; piece >= 0; --piece) {
    const int64_t end = first + piece * inner;
    if (end < shape.outputs) tiles.push_back(end);
  }
  return tiles;
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
      narrowest_(std::max<int64_t>(1, shape.outputs - (count_ - 1) * limit_)),
      lines_(shape.touched),
      region_(std::max<int64_t>(1, least_region(shape, count_, cutting.limit))),
      overlap_(std::max<int64_t>(0, (shape.taps - 1) * shape.dilation + 1 - shape.stride)) {
  const int64_t outputs = shape.outputs;
  for (int64_t cut = 1; cut < count_ && shape.dense; ++cut) {
    // Where this cut can be; lines are shared least where the padding is near.
    const int64_t low = std::max(cut, outputs - (count_ - cut) * limit_);
    const int64_t high = std::min(cut * limit_, outputs - (count_ - cut));
    lines_ += std::min(shape.shared(low), shape.shared(high));
  }
  const bool at_one_end = count_ > 1 && ends_hold_padding();
  const int64_t clipped_at_most =
      at_one_end ? std::max(shape.pad, shape.pad_after) : shape.pad + shape.pad_after;
  if (shape.dense) region_ = std::max(region_, shape.span(largest_, shape.taps) - clipped_at_most);
  const int64_t clipped = count_ == 1 ? shape.pad + shape.pad_after : std::max(shape.pad, shape.pad_after);
  smallest_region_ = std::max<int64_t>(0, shape.span(narrowest_, shape.taps) - clipped);
  int64_t clipped_by_tap = 0;  // at both ends together, where the piece reaches both
  for (int64_t tap = 0; tap < shape.taps; ++tap) {
    clipped_by_tap =
        std::max(clipped_by_tap, std::max<int64_t>(0, shape.pad - tap) +
                                     std::max<int64_t>(0, tap - (shape.taps - 1 - shape.pad_after)));
  }
  tap_span_ = std::max<int64_t>(0, shape.span(narrowest_, 1) - 1 - clipped_by_tap);
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
  for (int64_t lines = 0; lines <= s.pad + s.pad_after; ++lines) {
    most = std::max(most, kept_in_piece(outputs, lines, window));
  }
  return most;
}

int64_t AxisPieces::most_kept_by_size(int64_t window) const {
  const AxisShape& s = *shape_;
  if (count_ == 1) return kept_in_piece(s.outputs, s.pad + s.pad_after, window);
  int64_t most = 0;
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

// Where the shape remembers a result; below 0 if it does not yet.
int64_t& AxisPieces::remember(int64_t window, uint64_t kind) const {
  const auto size = static_cast<uint64_t>(shape_->outputs + shape_->pad + shape_->lines + 1);
  const uint64_t key = ((static_cast<uint64_t>(count_) * size + static_cast<uint64_t>(limit_)) * size +
                        static_cast<uint64_t>(window)) *
                           3 +
                       kind;
  return shape_->remembered.emplace(key, -1).first->second;
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
  if (!shape_->dense) return steps * most;
  const int64_t all = lines_ - shape_->touched;  // that pieces share
  if (window >= shape_->taps) return std::min(steps * most, all);
  const int64_t outputs = std::min(limit_, (window - 1) / shape_->stride + 1);
  const int64_t inner = std::clamp<int64_t>(2 * window + shape_->stride - shape_->taps, 0,
                                            std::min(most, (2 * outputs - 1) * shape_->stride));
  const int64_t clipped = std::min(steps, clipped_pieces());
  return std::min(clipped * most + (steps - clipped) * inner, all);
}

// Pieces of which a window can have all outputs with one tap at least: those with few outputs, of which there
// are only so many where none has more than limit_.
int64_t AxisPieces::pieces_held_whole(int64_t window) const {
  const int64_t outputs = (window - 1) / shape_->stride + 1;
  if (!shape_->dense || outputs >= limit_) return count_;
  return std::min(count_, (count_ * limit_ - shape_->outputs) / (limit_ - outputs));
}

// In pieces of which the window never has all outputs, the last place has p' of them and the first p, with
// p + p' <= y: they share at most 2 taps - stride lines, or taps - stride where both are places of the same
// taps.
int64_t AxisPieces::kept_to_next_taps(int64_t window, int64_t taps, bool clipped, bool same_taps) const {
  const int64_t held = std::min(window, shape_->span(limit_, taps));
  const int64_t most = std::clamp<int64_t>(2 * held - tap_span_, 0, std::min(held, limit_ * taps));
  const int64_t held_if_clipped = clipped && window > tap_span_ ? clipped_pieces() : 0;
  const int64_t whole = std::min(count_, pieces_held_whole(window) + held_if_clipped);
  const int64_t both = same_taps ? taps : 2 * taps;
  return whole * most + (count_ - whole) * std::clamp<int64_t>(both - shape_->stride, 0, most);
}

int64_t AxisPieces::clipped_taps(int64_t taps) const {
  const AxisShape& s = *shape_;
  return std::min(ceil_div(s.taps, taps),
                  ceil_div(std::min(s.pad, s.taps), taps) + ceil_div(std::min(s.pad_after, s.taps), taps));
}

// Each piece of w taps meets s (y - n) + n w lines, or y w where its taps leave gaps; with a stride it may be
// better to cut them unevenly.
int64_t AxisPieces::lines_by_taps(int64_t pieces, int64_t taps) const {
  const AxisShape& s = *shape_;
  const int64_t n = std::max(pieces, count_);
  if (!s.dense || s.taps == 1) return lines_;
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
    const int64_t outputs = std::min(limit_, (window - s.span(1, taps)) / s.stride + 1);
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
  for (int64_t outputs = 1; outputs <= std::min(limit_, (window - 1) / s.stride + 1); ++outputs) {
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
  const int64_t kept = kept_to_next_taps(window, window, true, false);
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

const AxisPieces& CutAxis::cut(Cutting cutting, int64_t room) {
  cutting.limit = std::max(cutting.largest, std::min(cutting.limit, room));
  const auto size = static_cast<uint64_t>(shape_->outputs) + 1;
  const uint64_t key =
      (static_cast<uint64_t>(cutting.count) * size + static_cast<uint64_t>(cutting.largest)) * size +
      static_cast<uint64_t>(cutting.limit);
  const auto found = cuts_.find(key);
  if (found != cuts_.end()) return found->second;
  return cuts_.emplace(key, AxisPieces(*shape_, cutting, cutting.limit)).first->second;
}

const AxisPieces& CutAxis::piece(int64_t outputs, bool first, bool last) {
  const auto key = std::make_tuple(outputs, first, last);
  auto found = pieces_.find(key);
  if (found == pieces_.end()) found = pieces_.try_emplace(key, shape_->piece(outputs, first, last)).first;
  return found->second.pieces;
}

}  // namespace hwcvp::optimizer
