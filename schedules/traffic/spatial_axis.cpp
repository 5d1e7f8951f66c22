#include "schedules/traffic/spatial_axis.h"

#include <algorithm>

namespace hwcvp {

// How a hull changes in one dimension, in lines from the start of the new piece. Hulls hold first to last,
// inclusive.
struct SpatialAxis::Change {
  int64_t old_first;
  int64_t old_last;
  int64_t new_last;  // the new hull's first line is 0
};

SpatialAxis::SpatialAxis(const InputAxis& axis, InputReuse reuse, const NestedTiles& out,
                         size_t out_buffer_depth, const NestedTiles& filter, size_t filter_buffer_depth)
    : axis_(axis),
      reuse_(reuse),
      out_{out, out_buffer_depth, axis.stride},
      filter_{filter, filter_buffer_depth, axis.dilation} {}

int64_t SpatialAxis::first() const {
  return axis_.region({0, out_.tiles.tile(out_.buffer_depth)}, {0, filter_.tiles.tile(filter_.buffer_depth)})
      .count();
}

// The loops inside a piece return from its last piece at the buffer's depth to its first.
SpatialAxis::Change SpatialAxis::change_inside(const Lines& lines, int64_t size, size_t depth) const {
  const auto last = lines.tiles.last_piece(size, depth, lines.buffer_depth);
  return {last.start, last.start + last.size - 1, std::min(size, lines.tiles.tile(lines.buffer_depth)) - 1};
}

AxisSum SpatialAxis::sum(const StartSet& a, const Change& change_a, int64_t scale_a, const StartSet& b,
                         const Change& change_b, int64_t scale_b) const {
  // Old and new hull relative to the new one's first line x - pad, where x runs through the sum set; ends are
  // exclusive.
  const SumSet starts(a, scale_a, b, scale_b);
  const int64_t lines = axis_.lines;
  const int64_t pad = axis_.pad;
  const int64_t new_end = scale_a * change_a.new_last + scale_b * change_b.new_last + 1;
  const int64_t old_first = scale_a * change_a.old_first + scale_b * change_b.old_first;
  const int64_t old_end = scale_a * change_a.old_last + scale_b * change_b.old_last + 1;
  // Sum of the clipped extents from x + first to x + end.
  const auto clipped = [&](int64_t first, int64_t end) {
    return starts.clamped_sum(end - pad, lines) - starts.clamped_sum(first - pad, lines);
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
  const int64_t x_most = pad - larger_first;
  const int64_t x_least = lines + pad - smaller_end;
  const bool same_first = old_first == 0;
  const bool same_end = old_end == new_end;
  if (same_first && same_end) {
    result.kept = result.fresh;
  } else if (same_end) {
    // The extent is that of x + new_end clipped, and has a constant value for all x past x_most.
    const int64_t most = std::clamp<int64_t>(x_most + new_end - pad, 0, lines);
    result.kept = starts.clamped_sum(new_end - pad, most) - most * starts.count_from(x_most + 1);
  } else if (same_first) {
    // The extent is that from x clipped to the last line.
    const int64_t least = std::clamp<int64_t>(x_least - pad, 0, lines);
    result.kept =
        (lines - least) * starts.count_from(x_least) - starts.clamped_sum(-pad - least, lines - least);
  } else if (x_least <= x_most) {
    result.kept = lines * (starts.count_from(x_least) - starts.count_from(x_most + 1));
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
      const int64_t extent = axis_.span(rows.size, taps.size);
      const int64_t most = std::min(extent, axis_.lines);
      if (most <= best) continue;
      const StartSet a(out_.tiles, out_.buffer_depth, rows.size);
      const StartSet b(filter_.tiles, filter_.buffer_depth, taps.size);
      const SumSet starts(a, out_.scale, b, filter_.scale);
      // Clipping takes least from the hulls that start nearest to the lines between `low` and `high`, and
      // nothing in between.
      const int64_t low = std::min<int64_t>(0, axis_.lines - extent) + axis_.pad;
      const int64_t high = std::max<int64_t>(0, axis_.lines - extent) + axis_.pad;
      const int64_t behind = starts.count_from(high + 1);
      const int64_t from_low = starts.count_from(low);
      if (from_low > behind) {
        best = most;
        continue;
      }
      const auto clipped = [&](int64_t x) {
        return axis_.clip({x - axis_.pad, x - axis_.pad + extent}).count();
      };
      if (const auto before = starts.last_before(low)) best = std::max(best, clipped(*before));
      if (const auto after = starts.first_from(high + 1)) best = std::max(best, clipped(*after));
    }
  }
  return best;
}

}  // namespace hwcvp
