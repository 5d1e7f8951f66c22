#include "schedules/optimizer/residence_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "schedules/lattice_sums.h"
#include "schedules/optimizer/input_loads.h"
#include "schedules/optimizer/output_box_inputs.h"
#include "schedules/optimizer/piece_sums.h"
#include "schedules/optimizer/search_space.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kMostExact = 10'000'000'000'000;  // costs that can be multiplied by sizes
constexpr int64_t kMostBoxes = 4000;  // that are taken one by one, times the ways to cut the taps
constexpr int64_t kMostSplits = 10000;
constexpr int64_t kMostStep = 4;  // sizes that one stands for

// Of `area` lines x lines that a region of at most `region` passes over, at most so many are in its first and
// in its last place: both axes at best keep twice the region less the whole.
int64_t kept_over_a_pass(int64_t region, int64_t area) {
  if (region >= area) return area;
  const double side = 2 * std::sqrt(static_cast<double>(region) / static_cast<double>(area)) - 1;
  return side <= 0 ? 0
                   : std::min(area, static_cast<int64_t>(std::ceil(static_cast<double>(area) * side * side)));
}

// [n]: the shapes that an axis has with n of its taps in a row.
std::vector<std::vector<AxisShape>> with_taps(const AxisShape& shape) {
  std::vector<std::vector<AxisShape>> shapes(1);
  for (int64_t taps = 1; taps <= shape.taps; ++taps) shapes.push_back(shape.with_taps(taps));
  return shapes;
}

// [n]: lines of the largest region at least, where an axis is cut into at most n pieces.
std::vector<int64_t> least_regions(const AxisShape& shape) {
  std::vector<int64_t> regions = {shape.lines};
  for (int64_t count = 1; count <= shape.outputs; ++count) {
    regions.push_back(std::max<int64_t>(1, least_region(shape, count, shape.outputs)));
  }
  return regions;
}

}  // namespace

ResidenceBound::ResidenceBound(const Layer& layer, const OptimizerOptions& options, const Prices& prices)
    : extents_(layer.extents()),
      row_lines_(layer, 0),
      column_lines_(layer, 1),
      row_shape_(layer, 0),
      column_shape_(layer, 1),
      cut_rows_(row_shape_),
      cut_columns_(column_shape_),
      row_cuttings_(cuttings(row_shape_)),
      column_cuttings_(cuttings(column_shape_)),
      rows_with_taps_(with_taps(row_shape_)),
      columns_with_taps_(with_taps(column_shape_)),
      row_regions_(least_regions(row_shape_)),
      column_regions_(least_regions(column_shape_)),
      buffer_bytes_(options.buffer_bytes) {
  const auto operand = [&](Tensor tensor, int64_t element, int64_t price) {
    const int64_t capacity = options.constraints.capacity_bytes[index(tensor)];
    return Operand{element * (options.double_buffer[index(tensor)] ? 2 : 1), price * element,
                   capacity > 0 ? std::min(capacity, buffer_bytes_) : buffer_bytes_};
  };
  input_ = operand(Tensor::input, bytes(layer.input_type), prices.input_read);
  weight_ = operand(Tensor::weight, bytes(layer.weight_type), prices.weight_read);
  sum_ = operand(Tensor::output, bytes(layer.accumulator_type), prices.psum_read + prices.psum_write);
  inputs_ = extent(Dim::B) * extent(Dim::C) * row_shape_.touched * column_shape_.touched;
  weights_ = extent(Dim::K) * extent(Dim::C) * extent(Dim::FY) * extent(Dim::FX);
  sums_ = extent(Dim::B) * extent(Dim::K) * extent(Dim::OY) * extent(Dim::OX);
  written_ = sums_ * bytes(layer.output_type) * prices.output_write;
}

int64_t ResidenceBound::below(int64_t limit, Budget& budget) {
  const int64_t groups = extent(Dim::G);  // share nothing: each costs at least as much as one alone
  if (inputs_ == 0) return std::min(limit, groups * (weight_.price * weights_ + written_));
  best_ = ceil_div(limit, groups);
  splits_ = kMostSplits;
  output_boxes(budget);
  weight_boxes(budget);
  input_boxes(budget);
  return budget.spent() ? 0 : std::min(limit, best_ * groups);
}

int64_t ResidenceBound::inputs_in(int64_t bytes) const { return std::min(bytes, input_.room) / input_.unit; }

// Partial sums of a box stay until they are complete. Weights come once for each piece of the positions,
// inputs once for each piece of the output channels.
void ResidenceBound::output_boxes(Budget& budget) {
  const int64_t room = std::min(sum_.room, buffer_bytes_ - weight_.unit - input_.unit) / sum_.unit;
  for (const int64_t channels : distinct_tiles(extent(Dim::K))) {
    for (const int64_t batch : distinct_tiles(extent(Dim::B))) {
      for (const Cutting& rows : row_cuttings_) {
        if (budget.spent()) return;
        const int64_t left = room / channels / batch;
        for (const Cutting& columns : column_cuttings_) {
          if (rows.largest * columns.largest > left) continue;
          const auto limited = [](Cutting cutting, int64_t most) {
            cutting.limit = std::max(cutting.largest, std::min(cutting.limit, most));
            return cutting;
          };
          take(over_sizes(limited(rows, left / columns.largest), limited(columns, left / rows.largest), best_,
                          [&](const Cutting& some_rows, const Cutting& some_columns) {
                            return output_box(channels, batch, some_rows, some_columns);
                          }));
        }
      }
    }
  }
}

// The least of `bound` over all sizes of the largest pieces, exact only where that is below `enough`: there
// the sizes are taken apart as long as there are `splits_` left.
template <typename Bound>
int64_t ResidenceBound::over_sizes(const Cutting& rows, const Cutting& columns, int64_t enough,
                                   const Bound& bound) const {
  const int64_t all = bound(rows, columns);
  const int64_t row_sizes = rows.limit - rows.largest;
  const int64_t column_sizes = columns.limit - columns.largest;
  if (all >= enough || row_sizes + column_sizes == 0 || splits_ == 0) return all;
  --splits_;
  Cutting smaller_rows = rows;
  Cutting larger_rows = rows;
  Cutting smaller_columns = columns;
  Cutting larger_columns = columns;
  if (row_sizes >= column_sizes) {
    smaller_rows.limit = rows.largest + row_sizes / 2;
    larger_rows.largest = smaller_rows.limit + 1;
  } else {
    smaller_columns.limit = columns.largest + column_sizes / 2;
    larger_columns.largest = smaller_columns.limit + 1;
  }
  const int64_t smaller = over_sizes(smaller_rows, smaller_columns, enough, bound);
  return std::max(all, std::min(smaller, over_sizes(larger_rows, larger_columns, enough, bound)));
}

int64_t ResidenceBound::output_box(int64_t channels, int64_t batch, const Cutting& rows,
                                   const Cutting& columns) {
  const int64_t turns = ceil_div(extent(Dim::K), channels);
  const int64_t cost =
      weight_.price * weights_ * ceil_div(extent(Dim::B), batch) * rows.count * columns.count + written_;
  if (cost + input_.price * inputs_ >= best_) return kNever;
  const int64_t rest = buffer_bytes_ - sum_.unit * channels * batch * rows.largest * columns.largest;
  const int64_t pixels = inputs_in(rest - weight_.unit) / (extent(Dim::C) * batch);
  const bool visited_once = pixels > 0 || cost + input_.price * inputs_ * turns < best_;
  if (rest < weight_.unit + input_.unit) return kNever;
  if (!visited_once && cost + sum_.price * sums_ + input_.price * inputs_ >= best_) return kNever;
  const int64_t room =
      std::min(sum_.room, buffer_bytes_ - weight_.unit - input_.unit) / sum_.unit / channels / batch;
  const OutputBox box = {channels,
                         batch,
                         rows,
                         columns,
                         cut_rows_.cut(rows, room / columns.largest),
                         cut_columns_.cut(columns, room / rows.largest),
                         rest};
  const int64_t visited_again = visited_output_box(box, cost);
  if (!visited_once) return visited_again;
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
  const double more = least == kNever ? std::numeric_limits<double>::infinity()
                                      : static_cast<double>(planes) * static_cast<double>(least - floor);
  int64_t all = cost + planes * floor +
                static_cast<int64_t>(
                    more_or_in_parts(more, channels,
                                     even ? more / static_cast<double>(boxes * turns)
                                          : static_cast<double>(input_.price * extent(Dim::C) * batch * most),
                                     even ? boxes : 1));
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
  const int64_t elements = inputs_in(box.rest - weight_.unit);
  for (const int64_t in_channels : distinct_tiles(extent(Dim::C))) {
    const int64_t channel_pieces = ceil_div(extent(Dim::C), in_channels);
    int64_t apart = -1;  // cost of the inputs where nothing stays from box to box
    for (const int64_t row_taps : distinct_tiles(extent(Dim::FY))) {
      for (const int64_t column_taps : distinct_tiles(extent(Dim::FX))) {
        const int64_t tap_pieces =
            ceil_div(extent(Dim::FY), row_taps) * ceil_div(extent(Dim::FX), column_taps);
        const int64_t again = channel_pieces * tap_pieces - 1;
        const int64_t visits = cost + sum_.price * again * sums_;
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
// in parts, for each of which the weights of the box come again. `boxes` boxes of all positions are sure to
// need it.
double ResidenceBound::more_or_in_parts(double more, int64_t channels, double most, int64_t boxes) const {
  const double weights = static_cast<double>(weight_.price) * static_cast<double>(weights_);
  if (std::isinf(more)) return weights * static_cast<double>(boxes);
  const double turns = static_cast<double>(extent(Dim::K)) / static_cast<double>(channels);
  const double again = weights / turns;
  return again >= most ? more : more * again / most * turns / std::ceil(turns);
}

// Cost of inputs, and of weights beyond one load for each box, where boxes share no lines: piece by piece,
// each box taken alone. One gone through in parts loads each of its lines, and its weights once more at
// least. 0 where that is not worked out.
int64_t ResidenceBound::inputs_of_boxes_apart(const OutputBox& box, int64_t in_channels) {
  const AxisPieces& rows = box.rows;
  const AxisPieces& columns = box.columns;
  const int64_t turns = ceil_div(extent(Dim::K), box.channels);
  const int64_t room = std::min(sum_.room, buffer_bytes_ - weight_.unit - input_.unit) / sum_.unit /
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
  const auto ways =
      static_cast<int64_t>(distinct_tiles(extent(Dim::FY)).size() * distinct_tiles(extent(Dim::FX)).size());
  for (int64_t step = 1;
       channel_pieces.kinds() * row_pieces.kinds() * column_pieces.kinds() * ways > kMostBoxes; ++step) {
    if (step > kMostStep) return 0;
    channel_pieces.step = row_pieces.step = column_pieces.step = step;
  }
  const OutputBoxInputs inputs(input_, weight_, in_channels, 1);
  const int64_t planes = input_.price * extent(Dim::C);
  const int64_t taps = extent(Dim::C) * extent(Dim::FY) * extent(Dim::FX);
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

// A box of weights stays while all positions pass. Partial sums come once for each piece of the terms, inputs
// once for each piece of the output channels.
void ResidenceBound::weight_boxes(Budget& budget) {
  const int64_t room = std::min(weight_.room, buffer_bytes_ - sum_.unit - input_.unit) / weight_.unit;
  for (const int64_t out_channels : distinct_tiles(extent(Dim::K))) {
    for (const int64_t in_channels : distinct_tiles(extent(Dim::C))) {
      for (const int64_t row_taps : distinct_tiles(extent(Dim::FY))) {
        for (const int64_t column_taps : distinct_tiles(extent(Dim::FX))) {
          if (budget.spent()) return;
          const int64_t weights = out_channels * in_channels * row_taps * column_taps;
          if (weights <= room) weight_box(out_channels, in_channels, row_taps, column_taps);
        }
      }
    }
  }
}

void ResidenceBound::weight_box(int64_t out_channels, int64_t in_channels, int64_t row_taps,
                                int64_t column_taps) {
  const int64_t used = weight_.unit * out_channels * in_channels * row_taps * column_taps;
  const int64_t turns = ceil_div(extent(Dim::K), out_channels);
  const int64_t row_visits = ceil_div(extent(Dim::FY), row_taps);
  const int64_t column_visits = ceil_div(extent(Dim::FX), column_taps);
  const int64_t visits = ceil_div(extent(Dim::C), in_channels) * row_visits * column_visits;
  const int64_t cost = weight_.price * weights_ + sum_.price * (visits - 1) * sums_ + written_;
  // Of what passes, the region may still hold some when the next turn begins.
  const int64_t held = std::max<int64_t>(1, inputs_in(buffer_bytes_ - used - sum_.unit));
  const int64_t plane = extent(Dim::B) * row_shape_.touched * column_shape_.touched;
  const int64_t kept = kept_over_a_pass(held, in_channels * plane) * extent(Dim::C) / in_channels;
  const auto at_once = [&](int64_t loads) {
    return input_.price * (loads + (turns - 1) * std::max<int64_t>(0, loads - kept));
  };
  const auto in_parts = [&](int64_t loads) {
    return turns == 1 ? kNever : passes_in_parts(in_channels, used, turns, loads, best_ - cost);
  };
  if (cost + at_once(inputs_) >= best_ && (turns == 1 || cost + in_parts(inputs_) >= best_)) return;
  // Boxes with a part of the taps pass all positions as well.
  int64_t by_taps = 0;
  if (visits > ceil_div(extent(Dim::C), in_channels) &&
      weight_.price * used / weight_.unit >= input_.price * held) {
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
    const int64_t sums = sum_.unit * out_channels;
    const int64_t inputs =
        input_.unit * in_channels * row_lines_.region(1, row_taps) * column_lines_.region(1, column_taps);
    const bool fits = (sums <= sum_.room && rest >= sums + input_.unit) ||
                      (inputs <= input_.room && rest >= inputs + sum_.unit);
    if (!fits) return;
  } else {
    const int64_t enough = ceil_div((best_ - cost) / input_.price + (turns - 1) * kept + turns,
                                    turns * extent(Dim::B) * extent(Dim::C));
    const int64_t least = plane_loads(out_channels, in_channels, used, enough);
    if (least == kNever) return;
    // Pieces of fewer channels may load less of each. They lack `missing` channels together, so they are
    // worth at most what the best size saves for each channel that it lacks.
    const int64_t missing = visits * in_channels - extent(Dim::C);
    double saved = 0;
    for (int64_t fewer = 1; fewer <= std::min(missing, in_channels - 1); ++fewer) {
      const int64_t channels = in_channels - fewer;
      const int64_t loads_of_fewer = plane_loads(out_channels, channels, used, least);
      saved = std::max(saved, static_cast<double>(missing * channels * (least - loads_of_fewer)) /
                                  static_cast<double>(fewer));
    }
    loads = extent(Dim::B) * (extent(Dim::C) * least - static_cast<int64_t>(std::ceil(saved)));
  }
  const int64_t passes = std::min(at_once(loads), in_parts(loads));
  take(cost + std::max(input_.price * by_taps, passes));
}

// Cost beyond one load of the weights where the positions pass in parts, for each of which the weights come
// again, and the region keeps what it has both in its last and in its first place over a part from turn to
// turn. Below `limit`, or `limit`.
int64_t ResidenceBound::passes_in_parts(int64_t in_channels, int64_t used, int64_t turns, int64_t loads,
                                        int64_t limit) const {
  const int64_t held = std::max<int64_t>(1, inputs_in(buffer_bytes_ - used - sum_.unit));
  int64_t least = limit;
  for (const int64_t batch : distinct_tiles(extent(Dim::B))) {
    const int64_t pixels = held / (in_channels * batch);
    for (const Cutting& rows : row_cuttings_) {
      for (const Cutting& columns : column_cuttings_) {
        const int64_t parts = ceil_div(extent(Dim::B), batch) * rows.count * columns.count;
        const int64_t weights = weight_.price * weights_ * (parts - 1);
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
  const int64_t room = std::min(sum_.room, buffer_bytes_ - used - input_.unit) / (sum_.unit * out_channels);
  const int64_t pixels = inputs_in(buffer_bytes_ - used - sum_.unit) / in_channels;
  int64_t least = kNever;
  for (const Cutting& rows : row_cuttings_) {
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

int64_t ResidenceBound::plane_loads_in_pieces(int64_t out_channels, int64_t in_channels, int64_t used,
                                              const Cutting& rows, const Cutting& columns,
                                              int64_t limit) const {
  const int64_t position = sum_.unit * out_channels;
  const int64_t room = std::min(sum_.room, buffer_bytes_ - used - input_.unit) / position;
  int64_t least = limit;
  // Inputs stay longer than partial sums.
  const AxisPieces& any_rows = cut_rows_.cut(rows, extent(Dim::OY));
  const AxisPieces& any_columns = cut_columns_.cut(columns, extent(Dim::OX));
  const int64_t pixels = inputs_in(buffer_bytes_ - used - sum_.unit) / in_channels;
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

// A box of inputs stays while all output channels pass. Weights come once for each piece of the positions,
// partial sums once for each piece of the terms.
void ResidenceBound::input_boxes(Budget& budget) {
  for (const int64_t in_channels : distinct_tiles(extent(Dim::C))) {
    for (const int64_t batch : distinct_tiles(extent(Dim::B))) {
      for (const Cutting& rows : row_cuttings_) {
        if (budget.spent()) return;
        for (const Cutting& columns : column_cuttings_) {
          input_box(in_channels, batch, rows, columns);
        }
      }
    }
  }
}

void ResidenceBound::input_box(int64_t in_channels, int64_t batch, const Cutting& rows,
                               const Cutting& columns) {
  const int64_t position_pieces = ceil_div(extent(Dim::B), batch) * rows.count * columns.count;
  const int64_t weights = weight_.price * weights_ * position_pieces + written_ + input_.price * inputs_;
  const int64_t channel_pieces = ceil_div(extent(Dim::C), in_channels);
  if (weights + sum_.price * (channel_pieces - 1) * sums_ >= best_) return;
  const int64_t positions = batch * rows.largest * columns.largest;
  for (const int64_t row_taps : distinct_tiles(extent(Dim::FY))) {
    for (const int64_t column_taps : distinct_tiles(extent(Dim::FX))) {
      const bool whole = row_taps == extent(Dim::FY) && column_taps == extent(Dim::FX);
      const int64_t region_rows = row_taps == extent(Dim::FY)
                                      ? least_region(row_shape_, rows.count, rows.limit)
                                      : row_lines_.region(rows.largest, row_taps);
      const int64_t region_columns = column_taps == extent(Dim::FX)
                                         ? least_region(column_shape_, columns.count, columns.limit)
                                         : column_lines_.region(columns.largest, column_taps);
      const int64_t used = input_.unit * in_channels * batch * region_rows * region_columns;
      if (used > input_.room) continue;
      const int64_t rest = buffer_bytes_ - used;
      const int64_t sum_side = sum_.unit * positions;
      const int64_t weight_side = weight_.unit * in_channels * row_taps * column_taps;
      const bool fits = (sum_side <= sum_.room && rest >= sum_side + weight_.unit) ||
                        (weight_side <= weight_.room && rest >= weight_side + sum_.unit);
      if (!fits) continue;
      const int64_t visits =
          channel_pieces * ceil_div(extent(Dim::FY), row_taps) * ceil_div(extent(Dim::FX), column_taps);
      int64_t cost = weights + sum_.price * (visits - 1) * sums_;
      if (cost >= best_) continue;
      if (whole) {
        const AxisPieces& row_pieces = cut_rows_.cut(rows, extent(Dim::OY));
        const AxisPieces& column_pieces = cut_columns_.cut(columns, extent(Dim::OX));
        const int64_t pixels = inputs_in(buffer_bytes_ - weight_.unit - sum_.unit) / (in_channels * batch);
        const int64_t loads = InputLoads(row_pieces, column_pieces, 1)
                                  .all_together(pixels, region_rows, region_columns, kNever);
        cost += input_.price * (extent(Dim::B) * extent(Dim::C) * loads - inputs_);
      }
      take(cost);
    }
  }
}

}  // namespace hwcvp::optimizer
