#include "schedules/optimizer/input_loads.h"

#include <algorithm>
#include <array>
#include <limits>

#include "schedules/lattice_sums.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Steps from box to box of one kind: how many there are, what they keep all together, and one at most.
struct Steps {
  int64_t count = 0;
  int64_t kept = 0;
  int64_t most = 0;
};

}  // namespace

// A step of a loop moves one dimension on by one piece and others back to their first. What stays is the
// overlap of the last region of the box before with the first of the box after: on the axis that moves on at
// most what neighbours share, on others what a window keeps that passes over the same piece again.
int64_t InputLoads::kept(int64_t rows, int64_t columns, bool closely) const {
  const int64_t across = columns_.most_kept_to_next(columns);
  const int64_t down = rows_.most_kept_to_next(rows);
  const int64_t all_across = columns_.kept_to_next(columns);
  const int64_t all_down = rows_.kept_to_next(rows);
  const int64_t all_rows = closely ? rows_.kept_closely(rows) : rows_.kept(rows);
  const int64_t all_columns = closely ? columns_.kept_closely(columns) : columns_.kept(columns);
  const int64_t column_steps = turns_ * all_across * all_rows;
  const int64_t row_steps = turns_ * all_down * all_columns;
  if (all_columns == 0) return column_steps;
  if (all_rows == 0) return row_steps;
  const int64_t most_rows = closely ? rows_.most_kept_closely(rows) : rows_.most_kept(rows);
  const int64_t most_columns = closely ? columns_.most_kept_closely(columns) : columns_.most_kept(columns);
  if (turns_ == 1) {
    // The innermost loop decides. Where loops of one axis lie on both sides of a loop of the other, a strip
    // of a single piece may slide along the other axis than the rest.
    const int64_t row_wraps =
        rows_.count() == 2 ? all_across * std::max<int64_t>(0, 2 * rows - rows_.shape().touched) : 0;
    const int64_t column_wraps =
        columns_.count() == 2 ? all_down * std::max<int64_t>(0, 2 * columns - columns_.shape().touched) : 0;
    int64_t most = std::max(column_steps + column_wraps, row_steps + row_wraps);
    if (columns_.count() > 2) {
      const int64_t strips = (columns_.count() - 2) * all_down * most_columns;
      most = std::max(most, std::min(row_steps, strips) + across * all_rows);
    }
    if (rows_.count() > 2) {
      const int64_t strips = (rows_.count() - 2) * all_across * most_rows;
      most = std::max(most, std::min(column_steps, strips) + down * all_columns);
    }
    return most;
  }
  const int64_t boxes = turns_ * rows_.count() * columns_.count();
  const std::array<Steps, 3> kinds = {
      Steps{boxes - boxes / columns_.count(), column_steps, across * most_rows},
      Steps{boxes - boxes / rows_.count(), row_steps, down * most_columns},
      Steps{boxes - boxes / turns_, (turns_ - 1) * all_rows * all_columns, most_rows * most_columns}};
  int64_t most = 0;
  for (size_t first = 0; first < kinds.size(); ++first) {
    if (kinds[first].count == 0) continue;
    const Steps* second = &kinds[(first + 1) % 3];
    const Steps* third = &kinds[(first + 2) % 3];
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

// Nothing stays from box to box. Within a box all lines come once only if the region holds all of one axis.
int64_t InputLoads::one_channel(int64_t rows, int64_t columns) const {
  const bool whole_rows = rows >= rows_.region();
  const bool whole_columns = columns >= columns_.region();
  const int64_t once = rows_.lines() * columns_.lines();
  if (whole_rows && whole_columns) return turns_ * once;
  if (!rows_.shape().dense || !columns_.shape().dense) return turns_ * once;
  if (whole_rows) return turns_ * rows_.lines() * columns_.lines_sliding(columns);
  if (whole_columns) return turns_ * rows_.lines_sliding(rows) * columns_.lines();
  if (2 * rows > rows_.tap_span() || 2 * columns > columns_.tap_span()) return turns_ * once;
  return turns_ * std::min(rows_.lines_in_windows(rows) * columns_.lines(),
                           rows_.lines() * columns_.lines_in_windows(columns));
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

// From one piece of taps to the next, in all boxes of one turn.
int64_t InputLoads::kept_to_next_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const {
  int64_t most = 0;
  for (int64_t rows = 1; rows <= std::min(pixels, rows_.widest_window()); ++rows) {
    const int64_t columns = std::min(pixels / rows, columns_.widest_window());
    most = std::max(
        most, rows_.kept_to_next_taps(rows, row_taps) * columns_.kept_to_next_taps(columns, column_taps));
  }
  return most;
}

int64_t InputLoads::one_by_one_by_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const {
  if (!rows_.shape().dense || !columns_.shape().dense) return 0;
  const int64_t steps =
      ceil_div(rows_.shape().taps, row_taps) * ceil_div(columns_.shape().taps, column_taps) - 1;
  const int64_t all =
      rows_.lines_by_taps(rows_.count(), row_taps) * columns_.lines_by_taps(columns_.count(), column_taps);
  return std::max<int64_t>(0, turns_ * (all - steps * kept_to_next_taps(row_taps, column_taps, pixels)));
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
  const int64_t along_columns = rows_.lines_by_taps(rows_.count(), row_taps) * columns_.lines() -
                                stepped(rows_, row_taps) * wrapped(columns_, column_taps);
  const int64_t along_rows = rows_.lines() * columns_.lines_by_taps(columns_.count(), column_taps) -
                             stepped(columns_, column_taps) * wrapped(rows_, row_taps);
  return std::max<int64_t>(0, turns_ * std::min(along_columns, along_rows));
}

}  // namespace hwcvp::optimizer
