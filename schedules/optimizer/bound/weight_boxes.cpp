// Boxes of weights in the residence bound.
#include <algorithm>
#include <limits>

#include "schedules/math/division.h"
#include "schedules/math/wide.h"
#include "schedules/optimizer/bound/input_loads.h"
#include "schedules/optimizer/bound/never.h"
#include "schedules/optimizer/bound/overlap.h"
#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

// A box of weights stays while all positions pass. Partial sums come once for each piece of the terms, inputs
// once for each piece of the output channels.
void ResidenceBound::weight_boxes(Budget& budget) {
  const int64_t room = std::min(weight_.room, buffer_bytes_ - sum_.least - input_.least) / weight_.unit;
  for (const int64_t out_channels : tiles(Dim::K)) {
    for (const int64_t in_channels : tiles(Dim::C)) {
      for (const int64_t row_taps : tiles(Dim::FY)) {
        for (const int64_t column_taps : tiles(Dim::FX)) {
          if (budget.spent_now()) return;
          const int64_t weights = out_channels * in_channels * row_taps * column_taps;
          const bool allowed = may_hold(
              Tensor::weight,
              {{Dim::K, out_channels}, {Dim::C, in_channels}, {Dim::FY, row_taps}, {Dim::FX, column_taps}});
          if (weights <= room && allowed) weight_box(out_channels, in_channels, row_taps, column_taps);
        }
      }
    }
  }
}

void ResidenceBound::weight_box(int64_t out_channels, int64_t in_channels, int64_t row_taps,
                                int64_t column_taps) {
  const int64_t weights = out_channels * in_channels * row_taps * column_taps;
  const int64_t used = std::max(weight_.least, weight_.unit * weights);
  const int64_t turns = ceil_div(extent(Dim::K), out_channels);
  const int64_t row_visits = ceil_div(extent(Dim::FY), row_taps);
  const int64_t column_visits = ceil_div(extent(Dim::FX), column_taps);
  const int64_t visits = ceil_div(extent(Dim::C), in_channels) * row_visits * column_visits;
  const int64_t cost = weight_.price * weights_ + sum_.price * (visits - 1) * sums_ + written_;
  // Outputs in the padding, whose rows or columns pass apart, may stay: weights come for them once more.
  const int64_t stay = visits == 1 ? 0 : sums_ - sums_again(true, true);
  const int64_t saved = sum_.price * (visits - 1) * stay;
  const int64_t left = best_ - cost + saved;  // inputs that cost as much make the box no better
  // Of what passes, the region may still hold some when the next turn begins, for each piece of the terms.
  const int64_t held = std::max<int64_t>(1, inputs_in(buffer_bytes_ - used - sum_.least));
  const int64_t fewest_channels =
      std::max<int64_t>(1, extent(Dim::C) - (ceil_div(extent(Dim::C), in_channels) - 1) * in_channels);
  const int64_t least_plane =
      row_shape_.least_met_by(row_taps) * column_shape_.least_met_by(column_taps) * extent(Dim::B);
  const int64_t kept = visits * most_overlap_at_corners(held, fewest_channels * least_plane);
  const int64_t least_parts = limits_.turns(Tensor::weight);
  const auto at_once = [&](int64_t loads) {
    if (least_parts > 1) {
      return turns > 1 ? kNever : weight_.price * weights_ * (least_parts - 1) + input_.price * inputs_;
    }
    return input_.price * (loads + (turns - 1) * std::max<int64_t>(0, loads - kept));
  };
  const auto in_parts = [&](int64_t loads) {
    return turns == 1 ? kNever : passes_in_parts(in_channels, used, turns, loads, left);
  };
  if (std::min(at_once(inputs_), in_parts(inputs_)) >= left) return;
  // Boxes with a part of the taps pass all positions as well.
  int64_t by_taps = 0;
  if (visits > ceil_div(extent(Dim::C), in_channels) && weight_.price * weights >= input_.price * held) {
    const auto lines = [&](const AxisShape& shape, int64_t taps) {
      return AxisPieces(shape, {1, shape.outputs, shape.outputs}, shape.outputs)
          .lines_by_taps(1, shape.most_taps_in_as_many_pieces(taps));
    };
    by_taps = turns * (extent(Dim::B) * extent(Dim::C) * lines(row_shape_, row_taps) *
                           lines(column_shape_, column_taps) -
                       visits * held);
  }
  const int64_t rest = buffer_bytes_ - used;
  int64_t loads = inputs_;
  if (visits > ceil_div(extent(Dim::C), in_channels)) {
    // One of the other two is held for a whole side of the box.
    const int64_t sums = std::max(sum_.least, sum_.unit * out_channels);
    const int64_t inputs = std::max(input_.least, input_.unit * in_channels * row_lines_.region(1, row_taps) *
                                                      column_lines_.region(1, column_taps));
    const bool fits = (sums <= sum_.room && rest >= sums + input_.least) ||
                      (inputs <= input_.room && rest >= inputs + sum_.least);
    if (!fits) return;
  } else {
    const int64_t enough = input_.price == 0 ? 0
                                             : ceil_div(left / input_.price + (turns - 1) * kept + turns,
                                                        turns * extent(Dim::B) * extent(Dim::C));
    int64_t least = plane_loads(out_channels, in_channels, used, enough);
    if (least == kNever) {
      least = plane_loads_in_turns(out_channels, in_channels, used, enough);
      if (least == kNever) return;
      take(cost - std::max<int64_t>(0, saved - weight_.price * weights_) +
           input_.price * std::max(inputs_, extent(Dim::B) * extent(Dim::C) * least));
      return;
    }
    // Pieces of fewer channels may load less of each. They lack `missing` channels together, so they are
    // worth at most what the best size saves for each channel that it lacks.
    const int64_t missing = visits * in_channels - extent(Dim::C);
    int64_t worth = 0;
    for (int64_t fewer = 1; fewer <= std::min(missing, in_channels - 1); ++fewer) {
      const int64_t channels = in_channels - fewer;
      const int64_t loads_of_fewer = plane_loads(out_channels, channels, used, least);
      worth = std::max(worth, scaled_up(missing * channels, least - loads_of_fewer, fewer));
    }
    loads = extent(Dim::B) * (extent(Dim::C) * least - worth);
  }
  const int64_t whole = at_once(loads);
  const int64_t parts = in_parts(loads);
  take(cost + std::max(input_.price * by_taps, std::min(whole, parts)));
  if (saved == 0 || whole == kNever) return;
  const int64_t again = weight_.price * weights_;
  take(cost - saved + std::max(input_.price * by_taps + again, std::min(whole + again, parts)));
}

// Cost beyond one load of the weights where the positions pass in parts, for each of which the weights come
// again, and regions with all channels of the box keep lines from turn to turn and from part to part. In each
// turn `loads` inputs come at least, but for what is kept. Below `limit`, or `limit`.
int64_t ResidenceBound::passes_in_parts(int64_t in_channels, int64_t used, int64_t turns, int64_t loads,
                                        int64_t limit) const {
  const int64_t held = std::max<int64_t>(1, inputs_in(buffer_bytes_ - used - sum_.least));
  int64_t least = limit;
  for (const int64_t batch : tiles(Dim::B)) {
    const int64_t pixels = held / (in_channels * batch);
    for (const Cutting& rows : row_cuttings_) {
      row_shape_.walk(1);
      for (const Cutting& columns : column_cuttings_) {
        const int64_t parts = ceil_div(extent(Dim::B), batch) * rows.count * columns.count;
        const int64_t weights =
            weight_.price * weights_again(true, true) * (std::max(parts, limits_.turns(Tensor::weight)) - 1);
        if (weights + input_.price * inputs_ >= least) break;
        if (parts == 1) continue;
        least = std::min(
            least,
            over_sizes(rows, columns, least, [&](const Cutting& some_rows, const Cutting& some_columns) {
              const AxisPieces& row_pieces = cut_rows_.cut(some_rows, extent(Dim::OY));
              const AxisPieces& column_pieces = cut_columns_.cut(some_columns, extent(Dim::OX));
              const int64_t all = turns * row_pieces.lines() * column_pieces.lines();
              const int64_t kept =
                  all - InputLoads(row_pieces, column_pieces, turns).all_together(pixels, 0, 0, all);
              const int64_t planes = extent(Dim::B) * extent(Dim::C);
              return weights +
                     input_.price * std::max(inputs_, std::max(planes * all, turns * loads) - planes * kept);
            }));
      }
    }
  }
  return least;
}

// Rows x columns of one channel that come while weights with all taps stay; exact only where that is below
// `enough`.
int64_t ResidenceBound::plane_loads(int64_t out_channels, int64_t in_channels, int64_t used,
                                    int64_t enough) const {
  const int64_t floor = row_shape_.touched * column_shape_.touched;
  const int64_t room = std::min(sum_.room, buffer_bytes_ - used - input_.least) / (sum_.unit * out_channels);
  const int64_t pixels = inputs_in(buffer_bytes_ - used - sum_.least) / in_channels;
  int64_t least = kNever;
  for (const Cutting& rows : row_cuttings_) {
    row_shape_.walk(static_cast<int64_t>(column_cuttings_.size()));
    for (const Cutting& columns : column_cuttings_) {
      const int64_t region =
          row_regions_[static_cast<size_t>(rows.count)] * column_regions_[static_cast<size_t>(columns.count)];
      if (rows.largest * columns.largest > room && region > pixels) continue;
      least = std::min(least, over_sizes(rows, columns, std::min(enough, least),
                                         [&](const Cutting& some_rows, const Cutting& some_columns) {
                                           return plane_loads_in_pieces(out_channels, in_channels, used,
                                                                        some_rows, some_columns, least);
                                         }));
      if (least <= floor) return floor;
    }
  }
  return least;
}

// Where neither fits, partial sums of a part of the output channels at a time: the inputs of each place pass
// once for each part. `enough`, or less.
int64_t ResidenceBound::plane_loads_in_turns(int64_t out_channels, int64_t in_channels, int64_t used,
                                             int64_t enough) const {
  const int64_t part = std::min(sum_.room, buffer_bytes_ - used - input_.least) / sum_.unit;
  const int64_t pixels = inputs_in(buffer_bytes_ - used - sum_.least) / in_channels;
  if (out_channels == 1 || part < 1) return kNever;
  const int64_t turns = std::max<int64_t>(2, ceil_div(out_channels, part));
  int64_t least = enough;
  for (const Cutting& rows : row_cuttings_) {
    row_shape_.walk(static_cast<int64_t>(column_cuttings_.size()));
    for (const Cutting& columns : column_cuttings_) {
      const AxisPieces& row_pieces = cut_rows_.cut(rows, extent(Dim::OY));
      const AxisPieces& column_pieces = cut_columns_.cut(columns, extent(Dim::OX));
      least = InputLoads(row_pieces, column_pieces, turns).all_together(pixels, 0, 0, least);
    }
  }
  return least;
}

int64_t ResidenceBound::plane_loads_in_pieces(int64_t out_channels, int64_t in_channels, int64_t used,
                                              const Cutting& rows, const Cutting& columns,
                                              int64_t limit) const {
  const int64_t position = sum_.unit * out_channels;
  const int64_t room = std::min(sum_.room, buffer_bytes_ - used - input_.least) / position;
  int64_t least = limit;
  // Inputs stay longer than partial sums.
  const AxisPieces& any_rows = cut_rows_.cut(rows, extent(Dim::OY));
  const AxisPieces& any_columns = cut_columns_.cut(columns, extent(Dim::OX));
  const int64_t pixels = inputs_in(buffer_bytes_ - used - sum_.least) / in_channels;
  least = InputLoads(any_rows, any_columns, 1)
              .all_together(pixels, any_rows.region(), any_columns.region(), least);
  // Partial sums stay longer than inputs.
  const int64_t positions = rows.largest * columns.largest;
  if (positions <= room) {
    const AxisPieces& row_pieces = cut_rows_.cut(rows, room / columns.largest);
    const AxisPieces& column_pieces = cut_columns_.cut(columns, room / rows.largest);
    const int64_t elements = inputs_in(buffer_bytes_ - used - position * positions);
    if (elements > 0) {
      const InputLoads loads(row_pieces, column_pieces, 1);
      least = std::min(least, loads.one_by_one(elements, 0, 0));
      least = loads.all_together(elements / in_channels, 0, 0, least);
    }
  }
  return least;
}

}  // namespace hwcvp::optimizer
