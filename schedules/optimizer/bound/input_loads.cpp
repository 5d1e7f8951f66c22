#include "schedules/optimizer/bound/input_loads.h"

#include <algorithm>
#include <array>
#include <limits>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/never.h"

namespace hwcvp::optimizer {

namespace {

// Steps from box to box of one kind: how many there are, what they keep all together, and one at most.
struct Steps {
  int64_t count = 0;
  int64_t kept = 0;
  int64_t most = 0;
};

using Clipping = AxisPieces::Clipping;
using NextTaps = AxisPieces::NextTaps;

}  // namespace

// A step of a loop moves one dimension on by one piece and others back to their first. What stays is the
// overlap of the last region of the box before with the first of the box after: on the axis that moves on at
// most what neighbours share, on others what a window keeps that passes over the same piece again.
int64_t InputLoads::kept(int64_t rows, int64_t columns, bool closely) const {
  rows_.shape().walk(1);
  if (turns_ * rows_.count() * columns_.count() == 1) return 0;
  const int64_t across = columns_.most_kept_to_next(columns);
  const int64_t down = rows_.most_kept_to_next(rows);
  const int64_t all_across = columns_.kept_to_next(columns);
  const int64_t all_down = rows_.kept_to_next(rows);
  const int64_t all_rows = closely ? rows_.kept_closely(rows) : rows_.kept(rows);
  const int64_t all_columns = closely ? columns_.kept_closely(columns) : columns_.kept(columns);
  if (all_columns == 0) return turns_ * all_across * all_rows;
  if (all_rows == 0) return turns_ * all_down * all_columns;
  const int64_t most_rows = closely ? rows_.most_kept_closely(rows) : rows_.most_kept(rows);
  const int64_t most_columns = closely ? columns_.most_kept_closely(columns) : columns_.most_kept(columns);
  // In one turn the innermost loop decides; when it starts again the first place may still have lines of the
  // last one. Where loops of one axis lie on both sides of a loop of the other, a strip of a single piece may
  // slide along the other axis than the rest.
  const auto wrap = [](const AxisPieces& axis, int64_t window) {
    return axis.count() == 1 ? 0 : std::max<int64_t>(0, 2 * window - axis.shape().touched);
  };
  const int64_t row_wraps = all_across * wrap(rows_, rows);
  const int64_t column_wraps = all_down * wrap(columns_, columns);
  const int64_t along_rows = all_down * all_columns + row_wraps;
  const int64_t along_columns = all_across * all_rows + column_wraps;
  int64_t in_one_turn = std::max(along_columns, along_rows);
  if (columns_.count() > 2) {
    const int64_t strips = (columns_.count() - 2) * all_down * most_columns + row_wraps;
    in_one_turn = std::max(in_one_turn, std::min(along_rows, strips) + across * all_rows);
  }
  if (rows_.count() > 2) {
    const int64_t strips = (rows_.count() - 2) * all_across * most_rows + column_wraps;
    in_one_turn = std::max(in_one_turn, std::min(along_columns, strips) + down * all_columns);
  }
  if (turns_ == 1) return in_one_turn;
  // Turns that all pass in each place take one turn through the places.
  int64_t most = in_one_turn + (turns_ - 1) * all_rows * all_columns;
  // Where they pass in several parts, each part goes through the places, and at every second step a loop of
  // the places may start again as the turns go on.
  const int64_t places = rows_.count() * columns_.count();
  const int64_t moved = std::max(across * most_rows, down * most_columns);
  for (const int64_t parts : {int64_t{2}, turns_}) {
    const int64_t restarts = places / 2 * (parts - 1);
    most = std::max(most, (turns_ - parts) * all_rows * all_columns + restarts * most_rows * most_columns +
                              (parts * places - 1 - restarts) * moved);
  }
  // Or the places move on in most steps.
  const int64_t boxes = turns_ * places;
  const std::array<Steps, 3> kinds = {
      Steps{boxes - boxes / columns_.count(), turns_ * all_across * all_rows, across * most_rows},
      Steps{boxes - boxes / rows_.count(), turns_ * all_down * all_columns, down * most_columns},
      Steps{boxes - boxes / turns_, 0, most_rows * most_columns}};
  for (size_t first = 0; first < 2; ++first) {
    if (kinds[first].count == 0) continue;
    const Steps* second = &kinds[1 - first];
    const Steps* third = &kinds[2];
    if (second->most < third->most) std::swap(second, third);
    int64_t left = boxes - 1 - kinds[first].count;
    int64_t sum = kinds[first].kept;
    for (const Steps* kind : {second, third}) {
      const int64_t steps = std::clamp<int64_t>(left, 0, kind->count);
      sum += steps * kind->most;
      left -= steps;
    }
    most = std::max(most, sum);
  }
  return most;
}

int64_t InputLoads::with_region(int64_t rows, int64_t columns, int64_t limit) const {
  const int64_t all = turns_ * rows_.lines() * columns_.lines();
  int64_t loads = all - kept(rows, columns, false);
  if (loads < limit) loads = all - kept(rows, columns, true);
  return std::max(loads, rows_.shape().touched * columns_.shape().touched);
}

// Nothing stays from box to box. Each row comes as often as if the region held all rows and slid along the
// columns: at any one step of the rows, what the region lacks when the columns move on is loaded until then.
// Likewise each column.
int64_t InputLoads::one_channel(int64_t rows, int64_t columns) const {
  const int64_t once = rows_.lines() * columns_.lines();
  rows_.shape().walk(1);
  if (!rows_.shape().dense || !columns_.shape().dense) return turns_ * once;
  int64_t loads =
      std::max(rows_.lines() * columns_.lines_sliding(columns), rows_.lines_sliding(rows) * columns_.lines());
  if (rows >= rows_.region() || columns >= columns_.region()) return turns_ * loads;
  if (rows_.count() * columns_.count() == 1) {
    // The outermost loop cuts one axis, and all of the other passes for each piece. Lines on both sides of
    // the cut come again, but for what the last and the first place in the passes have in common.
    const auto again = [](const AxisPieces& cut, int64_t window, int64_t other_kept, int64_t other_lines) {
      const int64_t shared = cut.shape().least_shared;
      return shared * other_lines - std::min(window, shared) * other_kept;
    };
    const int64_t by_rows = again(rows_, rows, columns_.kept_closely(columns), columns_.lines());
    const int64_t by_columns = again(columns_, columns, rows_.kept_closely(rows), rows_.lines());
    loads = std::max(loads, once + std::min(by_rows, by_columns));
  } else if (2 * rows <= rows_.tap_span() && 2 * columns <= columns_.tap_span()) {
    loads = std::max(loads, std::min(rows_.lines_in_windows(rows) * columns_.lines(),
                                     rows_.lines() * columns_.lines_in_windows(columns)));
  }
  return turns_ * loads;
}

int64_t InputLoads::one_by_one(int64_t elements, int64_t least_rows, int64_t least_columns) const {
  int64_t least = kNever;
  for (int64_t rows = std::max<int64_t>(1, least_rows); rows <= std::min(rows_.widest_window(), elements);
       ++rows) {
    const int64_t columns = std::min(columns_.widest_window(), elements / rows);
    if (columns < least_columns) break;
    least = std::min(least, one_channel(rows, columns));
  }
  return least;
}

int64_t InputLoads::all_together(int64_t pixels, int64_t least_rows, int64_t least_columns,
                                 int64_t limit) const {
  int64_t least = limit;
  for (int64_t rows = std::max<int64_t>(1, least_rows); rows <= std::min(rows_.widest_window(), pixels);
       ++rows) {
    const int64_t columns = std::min(columns_.widest_window(), pixels / rows);
    if (columns < least_columns) break;
    least = std::min(least, with_region(rows, columns, least));
  }
  return least;
}

// In all steps from one piece of taps to the next, in all boxes of one turn. The taps of one axis advance,
// and with each of its pieces those of the other start anew; windows keep more where a step leaves or reaches
// taps that lie partly in the padding.
int64_t InputLoads::kept_to_next_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const {
  const int64_t row_passes = ceil_div(rows_.shape().taps, row_taps);
  const int64_t column_passes = ceil_div(columns_.shape().taps, column_taps);
  const int64_t steps = row_passes * column_passes - 1;
  const int64_t row_clipped = std::min(steps, 2 * rows_.clipped_taps(row_taps) * column_passes);
  const int64_t column_clipped = std::min(steps, 2 * columns_.clipped_taps(column_taps) * row_passes);
  const int64_t both = std::min(row_clipped, column_clipped);
  int64_t most = 0;
  for (int64_t rows = 1; rows <= std::min(pixels, rows_.widest_window()); ++rows) {
    const int64_t columns = std::min(pixels / rows, columns_.widest_window());
    const auto kept = [&](Clipping of_rows, Clipping of_columns) {
      return std::max(rows_.kept_to_next_taps(rows, row_taps, of_rows, NextTaps::not_behind) *
                          columns_.kept_to_next_taps(columns, column_taps, of_columns, NextTaps::behind),
                      rows_.kept_to_next_taps(rows, row_taps, of_rows, NextTaps::behind) *
                          columns_.kept_to_next_taps(columns, column_taps, of_columns, NextTaps::not_behind));
    };
    constexpr Clipping kNone = Clipping::none;
    constexpr Clipping kPossible = Clipping::possible;
    int64_t sum = (steps - std::max(row_clipped, column_clipped)) * kept(kNone, kNone);
    if (both > 0) sum += both * kept(kPossible, kPossible);
    if (row_clipped > both) sum += (row_clipped - both) * kept(kPossible, kNone);
    if (column_clipped > both) sum += (column_clipped - both) * kept(kNone, kPossible);
    most = std::max(most, sum);
  }
  return most;
}

int64_t InputLoads::one_by_one_by_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const {
  if (!rows_.shape().dense || !columns_.shape().dense) return 0;
  const int64_t most_row_taps = rows_.shape().most_taps_in_as_many_pieces(row_taps);
  const int64_t most_column_taps = columns_.shape().most_taps_in_as_many_pieces(column_taps);
  const int64_t all = rows_.lines_by_taps(rows_.count(), most_row_taps) *
                      columns_.lines_by_taps(columns_.count(), most_column_taps);
  return std::max<int64_t>(0, turns_ * (all - kept_to_next_taps(most_row_taps, most_column_taps, pixels)));
}

int64_t InputLoads::all_together_by_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const {
  int64_t between_boxes = 0;
  for (int64_t rows = 1; rows <= std::min(pixels, rows_.widest_window()); ++rows) {
    const int64_t columns = std::min(pixels / rows, columns_.widest_window());
    between_boxes = std::max(between_boxes, kept(rows, columns, false));
  }
  return std::max<int64_t>(0, one_by_one_by_taps(row_taps, column_taps, pixels) - between_boxes);
}

int64_t InputLoads::sliding_over_taps(int64_t row_taps, int64_t column_taps) const {
  if (!rows_.shape().dense || !columns_.shape().dense) return 0;
  // Along one axis the taps slide; each step along the other starts that slide again, and keeps what its last
  // and its first region have in common.
  const auto wrapped = [](const AxisPieces& axis, int64_t taps) {
    return std::max<int64_t>(0, axis.shape().stride * (axis.shape().outputs - axis.count()) +
                                    axis.count() * (2 * taps - axis.shape().taps));
  };
  const auto stepped = [](const AxisPieces& axis, int64_t taps) {
    return (ceil_div(axis.shape().taps, taps) - 1) * axis.shape().stride *
           (axis.shape().outputs - axis.count());
  };
  const int64_t along_columns = rows_.lines_held_by_taps(row_taps) * columns_.lines() -
                                stepped(rows_, row_taps) * wrapped(columns_, column_taps);
  const int64_t along_rows = rows_.lines() * columns_.lines_held_by_taps(column_taps) -
                             stepped(columns_, column_taps) * wrapped(rows_, row_taps);
  return std::max<int64_t>(0, turns_ * std::min(along_columns, along_rows));
}

}  // namespace hwcvp::optimizer
