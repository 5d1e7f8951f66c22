#include "schedules/optimizer/bound/output_box_inputs.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/input_loads.h"
#include "schedules/optimizer/bound/never.h"
#include "schedules/optimizer/bound/overlap.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

namespace {

// Lines of the largest region of pieces of outputs with pieces of `taps` taps: at least this. The first piece
// of each is the largest, and each tap is in some piece.
int64_t tap_region(const AxisPieces& pieces, int64_t taps) {
  const AxisShape& shape = pieces.shape();
  return std::max(shape.first_region(pieces.largest(), taps), shape.most_by_one_tap(pieces.largest()));
}

// What a window meets that goes through all outputs of an axis with one piece of the taps, again and again,
// and then with the next piece: lines of one such pass, and those of them that each further pass loads, both
// summed over the pieces.
struct Passes {
  int64_t lines = 0;
  int64_t anew = 0;
};

void add_if_best(const Passes& passes, std::vector<Passes>& best) {
  const auto no_better = [](const Passes& a, const Passes& b) {
    return a.lines >= b.lines && a.anew >= b.anew;
  };
  for (const Passes& other : best) {
    if (no_better(passes, other)) return;
  }
  best.erase(
      std::remove_if(best.begin(), best.end(), [&](const Passes& other) { return no_better(other, passes); }),
      best.end());
  best.push_back(passes);
}

// For all ways to cut the taps into pieces, those that are not worse in both numbers. A window that does not
// hold all lines has at most twice its own less all of them both in its last place and in its first.
std::vector<Passes> passes(const AxisShape& shape, int64_t window) {
  shape.walk(shape.taps * shape.taps);
  std::vector<std::vector<Passes>> best(static_cast<size_t>(shape.taps) + 1);  // of the first n taps
  best[0] = {{}};
  for (int64_t end = 1; end <= shape.taps; ++end) {
    for (int64_t begin = 0; begin < end; ++begin) {
      const int64_t lines = shape.lines_touched({0, shape.outputs}, {begin, end});
      const int64_t region = shape.lines_met(begin, end - begin);
      const int64_t anew = std::max<int64_t>(0, lines - overlap_at_ends(window, region));
      for (const Passes& before : best[static_cast<size_t>(begin)]) {
        add_if_best({before.lines + lines, before.anew + anew}, best[static_cast<size_t>(end)]);
      }
    }
  }
  return best.back();
}

// Rows x columns that each pass after the first loads through a window of so many elements.
int64_t loads_of_a_pass(const AxisShape& rows, const AxisShape& columns, int64_t elements) {
  int64_t least = rows.touched * columns.touched;
  for (int64_t window = 1; window <= std::min(rows.lines, elements); ++window) {
    const std::vector<Passes> across = passes(columns, elements / window);
    for (const Passes& down : passes(rows, window)) {
      for (const Passes& other : across) {
        const int64_t kept = (down.lines - down.anew) * (other.lines - other.anew);
        least = std::min(least, down.lines * other.lines - kept);
      }
    }
  }
  return least;
}

}  // namespace

int64_t OutputBoxInputs::least(const AxisPieces& rows, const AxisPieces& columns, int64_t channels,
                               int64_t turns, int64_t rest, int64_t limit) const {
  const int64_t weights_longer = weights_stay(rows, columns, channels, turns, rest, limit);
  const int64_t inputs_longer = inputs_stay(rows, columns, turns, rest);
  if (inputs_longer < kNever) return std::min(weights_longer, inputs_longer);
  return weights_in_parts(rows, columns, channels, turns, rest, weights_longer);
}

// Weights stay longer than inputs: one for each output channel, for all taps or for a part of them. Inputs of
// all channels lie in one region only if the weights of all are there as well.
int64_t OutputBoxInputs::weights_stay(const AxisPieces& rows, const AxisPieces& columns, int64_t channels,
                                      int64_t turns, int64_t rest, int64_t limit) const {
  const InputLoads loads(rows, columns, turns);
  const int64_t pixel = in_channels_ * batch_;  // elements of one row and column
  int64_t least = limit;
  for (const int64_t row_taps : rows.shape().tap_tiles()) {
    for (const int64_t column_taps : columns.shape().tap_tiles()) {
      const bool whole = row_taps == rows.shape().taps && column_taps == columns.shape().taps;
      const int64_t some_weights = weight_.unit * channels * row_taps * column_taps;
      const int64_t weights = std::max(weight_.least, some_weights);
      if (weights <= weight_.room && weights + input_.least <= rest) {
        const int64_t elements = inputs_in(rest - weights);
        const int64_t by_taps = whole ? 0 : loads.one_by_one_by_taps(row_taps, column_taps, elements);
        if (by_taps < least) least = std::min(least, std::max(by_taps, loads.one_by_one(elements, 0, 0)));
      }
      const int64_t all_weights = std::max(weight_.least, some_weights * in_channels_);
      if (all_weights <= weight_.room && all_weights + input_.unit * pixel <= rest) {
        const int64_t pixels = inputs_in(rest - all_weights) / pixel;
        int64_t part = loads.all_together(pixels, 0, 0, least);
        if (!whole && part < least) {
          part = std::max(part, loads.all_together_by_taps(row_taps, column_taps, pixels));
        }
        least = std::min(least, part);
      }
    }
  }
  return least;
}

// Inputs stay longer than weights: all positions of the box, for one tap at least. The largest integer where
// they do not fit.
int64_t OutputBoxInputs::inputs_stay(const AxisPieces& rows, const AxisPieces& columns, int64_t turns,
                                     int64_t rest) const {
  const InputLoads loads(rows, columns, turns);
  const int64_t elements = inputs_in(rest - weight_.least);
  int64_t least = kNever;
  for (const int64_t row_taps : rows.shape().tap_tiles()) {
    for (const int64_t column_taps : columns.shape().tap_tiles()) {
      const int64_t region_rows = tap_region(rows, row_taps);
      const int64_t region_columns = tap_region(columns, column_taps);
      const int64_t region = batch_ * region_rows * region_columns;
      if (elements < region) continue;
      int64_t part = loads.one_by_one(elements / batch_, region_rows, region_columns);
      part = loads.all_together(elements / (in_channels_ * batch_), region_rows, region_columns, part);
      const bool slides = row_taps < rows.shape().taps && column_taps < columns.shape().taps;
      if (slides && elements < region * in_channels_) {
        part = std::max(part, loads.sliding_over_taps(row_taps, column_taps));
      }
      least = std::min(least, part);
    }
  }
  return least;
}

// Neither: weights of a part of the output channels, and inputs that pass once for each part.
int64_t OutputBoxInputs::weights_in_parts(const AxisPieces& rows, const AxisPieces& columns, int64_t channels,
                                          int64_t turns, int64_t rest, int64_t limit) const {
  const InputLoads loads(rows, columns, turns);
  const bool one_box = rows.count() * columns.count() == 1;
  int64_t least = limit;
  for (const int64_t held : distinct_tiles(channels)) {
    rows.shape().walk(1);
    const int64_t weights = std::max(weight_.least, weight_.unit * held);
    if (held == channels || weights > weight_.room || weights + input_.least > rest) continue;
    const int64_t elements = inputs_in(rest - weights);
    int64_t part =
        loads.all_together(elements / (in_channels_ * batch_), 0, 0, loads.one_by_one(elements, 0, 0));
    // Of several boxes, small ones may lie in the region from part to part.
    if (one_box && part < least) {
      const int64_t passes = turns * (ceil_div(channels, held) - 1);
      part += passes * loads_of_a_pass(rows.shape(), columns.shape(), elements);
    }
    least = std::min(least, part);
  }
  return least;
}

}  // namespace hwcvp::optimizer
