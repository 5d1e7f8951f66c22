// Boxes of partial sums in the residence bound.
#include <algorithm>
#include <limits>

#include "schedules/math/division.h"
#include "schedules/math/wide.h"
#include "schedules/optimizer/bound/input_loads.h"
#include "schedules/optimizer/bound/never.h"
#include "schedules/optimizer/bound/output_box_inputs.h"
#include "schedules/optimizer/bound/piece_sums.h"
#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kMostExact = 10'000'000'000'000;  // costs that can be multiplied by sizes
constexpr int64_t kMostBoxes = 4000;  // that are taken one by one, times the ways to cut the taps
constexpr int64_t kMostStep = 4;      // sizes that one stands for

}  // namespace

// Partial sums of a box stay until they are complete. Weights come once for each piece of the positions,
// inputs once for each piece of the output channels.
void ResidenceBound::output_boxes(Budget& budget) {
  const int64_t room = std::min(sum_.room, buffer_bytes_ - weight_.least - input_.least) / sum_.unit;
  for (const int64_t channels : tiles(Dim::K)) {
    for (const int64_t batch : tiles(Dim::B)) {
      for (const Cutting& rows : row_cuttings_) {
        if (budget.spent_now()) return;
        const int64_t left = room / channels / batch;
        for (const Cutting& columns : column_cuttings_) {
          if (rows.largest * columns.largest > left) continue;
          if (!may_hold(Tensor::output, {{Dim::K, channels},
                                         {Dim::B, batch},
                                         {Dim::OY, rows.largest},
                                         {Dim::OX, columns.largest}})) {
            continue;
          }
          const auto fitting = [this](Dim dim, Cutting cutting, int64_t most) {
            cutting.limit = std::max(cutting.largest, std::min(cutting.limit, most));
            return limited(Tensor::output, dim, cutting);
          };
          take(over_sizes(fitting(Dim::OY, rows, left / columns.largest),
                          fitting(Dim::OX, columns, left / rows.largest), best_,
                          [&](const Cutting& some_rows, const Cutting& some_columns) {
                            return output_box(channels, batch, some_rows, some_columns);
                          }));
        }
      }
    }
  }
}

int64_t ResidenceBound::output_box(int64_t channels, int64_t batch, const Cutting& rows,
                                   const Cutting& columns) {
  const int64_t turns = ceil_div(extent(Dim::K), channels);
  const int64_t cost =
      weight_.price * weights_ * ceil_div(extent(Dim::B), batch) * rows.count * columns.count + written_;
  if (cost + input_.price * inputs_ >= best_) return kNever;
  const int64_t used = sum_.unit * channels * batch * rows.largest * columns.largest;
  const int64_t rest = buffer_bytes_ - std::max(sum_.least, used);
  const int64_t pixels = inputs_in(rest - weight_.least) / (extent(Dim::C) * batch);
  const bool visited_once = pixels > 0 || cost + input_.price * inputs_ * turns < best_;
  if (rest < weight_.least + input_.least) return kNever;
  const int64_t stays = weight_.price * (weights_ - weights_again(true, true)) *
                        (ceil_div(extent(Dim::B), batch) * rows.count * columns.count - 1);
  const int64_t again = sum_.price * sums_again(rows.count > 1, columns.count > 1);
  if (!visited_once && cost - stays + again + input_.price * inputs_ >= best_) return kNever;
  const int64_t room =
      std::min(sum_.room, buffer_bytes_ - weight_.least - input_.least) / sum_.unit / channels / batch;
  const OutputBox box = {channels,
                         batch,
                         rows,
                         columns,
                         cut_rows_.cut(rows, room / columns.largest),
                         cut_columns_.cut(columns, room / rows.largest),
                         rest};
  const int64_t visited_again = visited_output_box(box, cost);
  if (!visited_once || limits_.turns(Tensor::output) > 1) return visited_again;
  const InputLoads loads(box.rows, box.columns, turns);
  const int64_t once = turns * box.rows.lines() * box.columns.lines();
  const int64_t staying = loads_of_staying_regions(rows.count, columns.count, pixels);
  const int64_t sliding = loads.all_together(pixels, 0, 0, once);
  const int64_t floor = std::min(staying, sliding);
  const int64_t planes = input_.price * extent(Dim::C) * extent(Dim::B);
  if (cost + planes * floor >= best_) return visited_again;
  const OutputBoxInputs inputs(input_, weight_, extent(Dim::C), batch);
  const int64_t least = inputs.least(box.rows, box.columns, channels, turns, rest, staying);
  const int64_t boxes = ceil_div(extent(Dim::B), batch) * rows.count * columns.count;
  const bool even = box.rows.even() && box.columns.even() && extent(Dim::B) % batch == 0;
  // Inputs that come above the floor, per plane, in one box at most.
  const int64_t most = least <= once ? pixels : box.rows.pairs_of_largest() * box.columns.pairs_of_largest();
  const int64_t more = least == kNever ? kNever : planes * (least - floor);
  int64_t all = cost + planes * floor +
                (even ? more_or_in_parts_evenly(more, channels, boxes)
                      : more_or_in_parts(more, channels, input_.price * extent(Dim::C) * batch * most));
  if (all < best_) {
    const int64_t apart = inputs_of_boxes_apart(box, extent(Dim::C)) - planes * (once - sliding);
    all = std::max(all, cost + (staying == kNever ? apart : std::min(apart, planes * staying)));
  }
  return std::min(all, visited_again);
}

// Boxes of outputs that are left and visited again, for each of several pieces of the channels or of the
// taps. `cost` is that of weights and of writing the outputs. Regions of few channels and taps keep more from
// box to box, and from one piece of the taps to the next the whole region may stay; between two such steps
// lies one from box to box.
int64_t ResidenceBound::visited_output_box(const OutputBox& box, int64_t cost) {
  int64_t least = kNever;
  const int64_t turns = ceil_div(extent(Dim::K), box.channels);
  const int64_t boxes = turns * ceil_div(extent(Dim::B), box.batch) * box.rows.count() * box.columns.count();
  const int64_t planes = extent(Dim::B) * extent(Dim::C);
  const int64_t once = planes * turns * box.rows.lines() * box.columns.lines();
  const int64_t elements = inputs_in(box.rest - weight_.least);
  const int64_t sums = sums_again(box.rows.count() > 1, box.columns.count() > 1);
  const int64_t weights_come = ceil_div(extent(Dim::B), box.batch) * box.rows.count() * box.columns.count();
  for (const int64_t in_channels : tiles(Dim::C)) {
    const int64_t channel_pieces = ceil_div(extent(Dim::C), in_channels);
    int64_t apart = -1;  // cost of the inputs where nothing stays from box to box
    for (const int64_t row_taps : tiles(Dim::FY)) {
      for (const int64_t column_taps : tiles(Dim::FX)) {
        steps_.take(1);
        const int64_t tap_pieces =
            ceil_div(extent(Dim::FY), row_taps) * ceil_div(extent(Dim::FX), column_taps);
        if (!may_hold(Tensor::output, {{Dim::C, in_channels}, {Dim::FY, row_taps}, {Dim::FX, column_taps}})) {
          continue;
        }
        const int64_t again = std::max(channel_pieces * tap_pieces, limits_.turns(Tensor::output)) - 1;
        const int64_t weights_stay =
            weights_ - weights_again(row_taps < extent(Dim::FY), column_taps < extent(Dim::FX));
        const int64_t visits =
            cost - weight_.price * (weights_come - 1) * weights_stay + sum_.price * again * sums;
        if (again == 0 || visits + input_.price * inputs_ >= best_) continue;
        const int64_t pixels = elements / (in_channels * box.batch);
        const int64_t kept = planes * tap_pieces * most_kept(box, turns, row_taps, column_taps, pixels) +
                             channel_pieces * (tap_pieces - 1) * (boxes / 2) * elements;
        const auto with_inputs = [&](int64_t inputs) {
          return visits + std::max(input_.price * inputs_, inputs - input_.price * kept);
        };
        if (with_inputs(input_.price * once) < best_ && apart < 0) {
          apart = std::max(input_.price * once, inputs_of_boxes_apart(box, in_channels));
        }
        least = std::min(least, with_inputs(std::max(apart, input_.price * once)));
      }
    }
  }
  return least;
}

// Rows x columns of one channel that stay from box to box where the taps are cut into pieces of at most these
// and regions have at most `pixels` rows x columns.
int64_t ResidenceBound::most_kept(const OutputBox& box, int64_t turns, int64_t row_taps, int64_t column_taps,
                                  int64_t pixels) const {
  int64_t most = 0;
  for (const AxisShape& row_shape : rows_with_taps_[static_cast<size_t>(row_taps)]) {
    const AxisPieces rows(row_shape, box.row_cutting, box.rows.widest());
    for (const AxisShape& column_shape : columns_with_taps_[static_cast<size_t>(column_taps)]) {
      const AxisPieces columns(column_shape, box.column_cutting, box.columns.widest());
      const int64_t once = turns * rows.lines() * columns.lines();
      most = std::max(most, once - InputLoads(rows, columns, turns).all_together(pixels, 0, 0, once));
    }
  }
  return most;
}

// Rows x columns of one channel that come at least where regions of all channels and at most `pixels` rows x
// columns stay longer than partial sums, so that every turn of the output channels meets them. They hold the
// inputs of one or several boxes, and slide along one axis.
int64_t ResidenceBound::loads_of_staying_regions(int64_t row_count, int64_t column_count,
                                                 int64_t pixels) const {
  row_shape_.walk(row_count + column_count);
  int64_t least = kNever;
  int64_t columns = column_count;  // pieces of the columns, as few as fit
  for (int64_t rows = row_count; rows >= 1 && columns <= column_count; --rows) {
    const auto fits = [&](int64_t count) {
      return row_regions_[static_cast<size_t>(rows)] * column_regions_[static_cast<size_t>(count)] <= pixels;
    };
    if (rows == row_count) {
      while (columns > 1 && fits(columns - 1)) --columns;
    }
    while (columns <= column_count && !fits(columns)) ++columns;
    if (columns > column_count) break;
    least = std::min({least, row_lines_.output_pieces(rows) * column_shape_.touched,
                      row_shape_.touched * column_lines_.output_pieces(columns)});
  }
  return least;
}

// Cost above the floor, `more` in all boxes and at most `most` in one, or less where boxes are gone through
// in parts, for each of which the weights of the box come again.
int64_t ResidenceBound::more_or_in_parts(int64_t more, int64_t channels, int64_t most) const {
  const int64_t weights = weight_.price * weights_again(true, true);
  if (more == kNever) return weights;
  const int64_t of_a_box = scaled_down(weights, channels, extent(Dim::K));
  return of_a_box >= most ? more : scaled_down(more, weights, most * ceil_div(extent(Dim::K), channels));
}

// The same where all of the `boxes` boxes of all positions need as much.
int64_t ResidenceBound::more_or_in_parts_evenly(int64_t more, int64_t channels, int64_t boxes) const {
  const int64_t weights = weight_.price * weights_again(true, true);
  if (more == kNever) return weights * boxes;
  const int64_t of_a_box = scaled_down(weights, channels, extent(Dim::K));
  return of_a_box >= ceil_div(more, boxes * ceil_div(extent(Dim::K), channels))
             ? more
             : std::min(more, weights * boxes);
}

// Cost of inputs, and of weights beyond one load for each box, where boxes share no lines: piece by piece,
// each box taken alone. One gone through in parts loads each of its lines, and its weights once more at
// least. 0 where that is not worked out.
int64_t ResidenceBound::inputs_of_boxes_apart(const OutputBox& box, int64_t in_channels) {
  const AxisPieces& rows = box.rows;
  const AxisPieces& columns = box.columns;
  const int64_t turns = ceil_div(extent(Dim::K), box.channels);
  const int64_t room = std::min(sum_.room, buffer_bytes_ - weight_.least - input_.least) / sum_.unit /
                       (rows.largest() * columns.largest());
  const int64_t most = std::max(box.channels, std::min(room, extent(Dim::K) - turns + 1));
  PieceSizes channel_pieces = {turns, extent(Dim::K),
                               std::max<int64_t>(1, extent(Dim::K) - (turns - 1) * most), most, true};
  const auto sizes = [](const AxisPieces& axis) {
    const bool alike = axis.shape().pad == 0 && axis.shape().pad_after == 0;
    return PieceSizes{axis.count(), axis.shape().outputs, axis.narrowest(), axis.widest(), alike};
  };
  PieceSizes row_pieces = sizes(rows);
  PieceSizes column_pieces = sizes(columns);
  const bool known = extent(Dim::B) == 1 && rows.shape().dense && columns.shape().dense &&
                     rows.ends_hold_padding() && columns.ends_hold_padding();
  if (!known || best_ > kMostExact) return 0;
  const auto ways = static_cast<int64_t>(tiles(Dim::FY).size() * tiles(Dim::FX).size());
  for (int64_t step = 1;
       channel_pieces.kinds() * row_pieces.kinds() * column_pieces.kinds() * ways > kMostBoxes; ++step) {
    if (step > kMostStep) return 0;
    channel_pieces.step = row_pieces.step = column_pieces.step = step;
  }
  const OutputBoxInputs inputs(input_, weight_, in_channels, 1);
  const int64_t planes = input_.price * extent(Dim::C);
  const int64_t taps = weights_again(true, true) / extent(Dim::K);  // of an output channel
  return least_sum(channel_pieces, [&](int64_t out_channels, bool, bool) {
    return least_sum(row_pieces, [&](int64_t row_outputs, bool top, bool bottom) {
      const AxisPieces& row = cut_rows_.piece(row_outputs, top, bottom);
      return least_sum(column_pieces, [&](int64_t column_outputs, bool left, bool right) {
        const AxisPieces& column = cut_columns_.piece(column_outputs, left, right);
        const int64_t in_parts =
            planes * row.shape().touched * column.shape().touched + weight_.price * out_channels * taps;
        const int64_t limit = planes == 0 ? 0 : ceil_div(in_parts, planes);
        return std::min(in_parts, planes * inputs.least(row, column, out_channels, 1, box.rest, limit));
      });
    });
  });
}

}  // namespace hwcvp::optimizer
