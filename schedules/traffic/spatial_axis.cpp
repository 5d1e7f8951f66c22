#include <algorithm>

#include "schedules/math/start_set.h"
#include "schedules/traffic/axis_sums.h"

namespace hwcvp {

// How a hull changes in one dimension, in lines from the start of the new piece. Hulls hold first to last,
// inclusive.
struct SpatialAxis::Change {
  int64_t old_first;
  int64_t old_last;
  int64_t new_last;  // the new hull's first line is 0
};

SpatialAxis::SpatialAxis(const Layer& layer, int axis, InputReuse reuse, const NestedTiles& out,
                         size_t out_buffer_depth, const NestedTiles& filter, size_t filter_buffer_depth)
    : reuse_(reuse), out_{out, out_buffer_depth, 1}, filter_{filter, filter_buffer_depth, 1} {
  const auto i = static_cast<size_t>(axis);
  const int64_t existing = axis == 0 ? layer.in_height : layer.in_width;
  const int64_t pad = layer.pads[i];
  const int64_t stride = layer.strides[i];
  if (layer.subsampled(axis)) {
    // One line for each output line that is not padding.
    offset_ = -ceil_div(pad, stride);
    lines_ = std::max<int64_t>(0, (pad + existing - 1) / stride + 1 + offset_);
  } else {
    offset_ = -pad;
    lines_ = existing;
    out_.scale = stride;
    filter_.scale = layer.dilations[i];
  }
}

int64_t SpatialAxis::first() const {
  const int64_t last = offset_ + out_.scale * (out_.tiles.tile(out_.buffer_depth) - 1) +
                       filter_.scale * (filter_.tiles.tile(filter_.buffer_depth) - 1);
  return std::clamp<int64_t>(last + 1, 0, lines_) - std::clamp<int64_t>(offset_, 0, lines_);
}

// The loops inside a piece return from its last piece at the buffer's depth to its first.
SpatialAxis::Change SpatialAxis::change_inside(const Lines& lines, int64_t size, size_t depth) const {
  const auto last = lines.tiles.last_piece(size, depth, lines.buffer_depth);
  return {last.start, last.start + last.size - 1, std::min(size, lines.tiles.tile(lines.buffer_depth)) - 1};
}

AxisSum SpatialAxis::sum(const StartSet& a, const Change& change_a, int64_t scale_a, const StartSet& b,
                         const Change& change_b, int64_t scale_b) const {
  // Old and new hull relative to the new one's first line x, which runs through the sum set; ends are
  // exclusive.
  const SumSet starts(a, scale_a, b, scale_b);
  const int64_t new_end = scale_a * change_a.new_last + scale_b * change_b.new_last + 1;
  const int64_t old_first = scale_a * change_a.old_first + scale_b * change_b.old_first;
  const int64_t old_end = scale_a * change_a.old_last + scale_b * change_b.old_last + 1;
  // Sum of the clipped extents from x + first to x + end.
  const auto clipped = [&](int64_t first, int64_t end) {
    return starts.clamped_sum(offset_ + end, lines_) - starts.clamped_sum(offset_ + first, lines_);
  };

  AxisSum result;
  result.fresh = clipped(0, new_end);
  const int64_t larger_first = std::max<int64_t>(0, old_first);
  const int64_t smaller_end = std::min(new_end, old_end);
  if (reuse_ == InputReuse::sliding) {
    if (larger_first < smaller_end) result.kept = clipped(larger_first, smaller_end);
    return result;
  }

  // Reload keeps only what is equal once clipped: firsts that differ must both lie before line 0, which holds
  // for x up to x_most, and ends that differ must both lie past the last line, which holds for x from
  // x_least.
  const int64_t x_most = -offset_ - larger_first;
  const int64_t x_least = lines_ - offset_ - smaller_end;
  const bool same_first = old_first == 0;
  const bool same_end = old_end == new_end;
  if (same_first && same_end) {
    result.kept = result.fresh;
  } else if (same_end) {
    // The extent is that of x + new_end clipped, and has a constant value for all x past x_most.
    const int64_t most = std::clamp<int64_t>(x_most + offset_ + new_end, 0, lines_);
    result.kept = starts.clamped_sum(offset_ + new_end, most) - most * starts.count_from(x_most + 1);
  } else if (same_first) {
    // The extent is that from x clipped to the last line.
    const int64_t least = std::clamp<int64_t>(x_least + offset_, 0, lines_);
    result.kept =
        (lines_ - least) * starts.count_from(x_least) - starts.clamped_sum(offset_ - least, lines_ - least);
  } else if (x_least <= x_most) {
    result.kept = lines_ * (starts.count_from(x_least) - starts.count_from(x_most + 1));
  }
  return result;
}

AxisSum SpatialAxis::hold(size_t out_depth, size_t filter_depth) const {
  AxisSum total;
  for (const auto& rows : out_.tiles.classes(out_depth)) {
    const StartSet a(out_.tiles, out_depth, rows.size);
    const Change change_a = change_inside(out_, rows.size, out_depth);
    for (const auto& taps : filter_.tiles.classes(filter_depth)) {
      const StartSet b(filter_.tiles, filter_depth, taps.size);
      const AxisSum part =
          sum(a, change_a, out_.scale, b, change_inside(filter_, taps.size, filter_depth), filter_.scale);
      total.fresh += part.fresh;
      total.kept += part.kept;
    }
  }
  return total;
}

AxisSum SpatialAxis::step(const Lines& moving, size_t moving_depth, const Lines& other,
                          size_t other_depth) const {
  const int64_t tile = moving.tiles.tile(moving_depth);
  // The old piece is always a full tile; it lies one tile before the new one.
  const auto old = moving.tiles.last_piece(tile, moving_depth, moving.buffer_depth);
  const int64_t old_first = old.start - tile;
  const int64_t old_last = old_first + old.size - 1;
  const int64_t most = moving.tiles.tile(moving.buffer_depth);

  AxisSum total;
  const auto add = [&](int64_t parent_size, const Run& run, int64_t new_size) {
    const StartSet a(moving.tiles, moving_depth - 1, parent_size, run);
    const Change change_a{old_first, old_last, std::min(new_size, most) - 1};
    for (const auto& piece : other.tiles.classes(other_depth)) {
      const StartSet b(other.tiles, other_depth, piece.size);
      const AxisSum part =
          sum(a, change_a, moving.scale, b, change_inside(other, piece.size, other_depth), other.scale);
      total.fresh += part.fresh;
      total.kept += part.kept;
    }
  };
  for (const auto& parent : moving.tiles.classes(moving_depth - 1)) {
    const int64_t full = parent.size / tile;
    const int64_t remainder = parent.size % tile;
    if (full > 1) add(parent.size, {tile, tile, full - 1}, tile);
    if (full > 0 && remainder > 0) add(parent.size, {full * tile, 1, 1}, remainder);
  }
  return total;
}

AxisSum SpatialAxis::step_out(size_t out_depth, size_t filter_depth) const {
  return step(out_, out_depth, filter_, filter_depth);
}

AxisSum SpatialAxis::step_filter(size_t out_depth, size_t filter_depth) const {
  return step(filter_, filter_depth, out_, out_depth);
}

int64_t SpatialAxis::largest() const {
  int64_t best = 0;
  for (const auto& rows : out_.tiles.classes(out_.buffer_depth)) {
    for (const auto& taps : filter_.tiles.classes(filter_.buffer_depth)) {
      const int64_t extent = out_.scale * (rows.size - 1) + filter_.scale * (taps.size - 1) + 1;
      const int64_t most = std::min(extent, lines_);
      if (most <= best) continue;
      const StartSet a(out_.tiles, out_.buffer_depth, rows.size);
      const StartSet b(filter_.tiles, filter_.buffer_depth, taps.size);
      const SumSet starts(a, out_.scale, b, filter_.scale);
      // Clipping takes least from the hulls that start nearest to the lines between `low` and `high`, and
      // nothing in between.
      const int64_t low = std::min<int64_t>(0, lines_ - extent) - offset_;
      const int64_t high = std::max<int64_t>(0, lines_ - extent) - offset_;
      const int64_t behind = starts.count_from(high + 1);
      const int64_t from_low = starts.count_from(low);
      if (from_low > behind) {
        best = most;
        continue;
      }
      const auto clipped = [&](int64_t x) {
        return std::clamp<int64_t>(x + offset_ + extent, 0, lines_) -
               std::clamp<int64_t>(x + offset_, 0, lines_);
      };
      if (const auto before = starts.last_before(low)) best = std::max(best, clipped(*before));
      if (const auto after = starts.first_from(high + 1)) best = std::max(best, clipped(*after));
    }
  }
  return best;
}

}  // namespace hwcvp
