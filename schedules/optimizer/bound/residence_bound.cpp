#include "schedules/optimizer/bound/residence_bound.h"

#include <algorithm>
#include <limits>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/input_loads.h"
#include "schedules/optimizer/bound/never.h"
#include "schedules/optimizer/problem/search_space.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kMostSplits = 10000;
// Of one axis that is gone through.
constexpr int64_t kMostOutputs = 1 << 14;
constexpr int64_t kMostTaps = 1 << 7;
constexpr int64_t kMostPadding = 1 << 14;
constexpr int64_t kMostCuttings = 1 << 21;  // that are tried: pieces times the lines of padding

AxisShape counted_shape(const Layer& layer, size_t axis, const NestLimits& limits, BoundSteps& steps) {
  AxisShape shape(layer, axis);
  shape.output_multiple = limits.multiple[index(axis == 0 ? Dim::OY : Dim::OX)];
  shape.tap_multiple = limits.multiple[index(axis == 0 ? Dim::FY : Dim::FX)];
  shape.steps = &steps;
  return shape;
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

bool ResidenceBound::goes_through(const Layer& layer) {
  for (const size_t axis : {0, 1}) {
    const AxisShape shape(layer, axis);
    const int64_t padding = shape.pad + shape.pad_after;
    if (shape.outputs > kMostOutputs || shape.taps > kMostTaps || padding > kMostPadding) return false;
    if (shape.outputs * std::min(shape.outputs, padding) > kMostCuttings) return false;
  }
  return true;
}

ResidenceBound::ResidenceBound(const Layer& layer, const NestLimits& limits, const OptimizerOptions& options,
                               const Prices& prices)
    : limits_(limits),
      extents_(layer.extents()),
      row_lines_(layer, 0),
      column_lines_(layer, 1),
      row_shape_(counted_shape(layer, 0, limits, steps_)),
      column_shape_(counted_shape(layer, 1, limits, steps_)),
      cut_rows_(row_shape_),
      cut_columns_(column_shape_),
      row_cuttings_(cuttings(row_shape_)),
      column_cuttings_(cuttings(column_shape_)),
      rows_with_taps_(with_taps(row_shape_)),
      columns_with_taps_(with_taps(column_shape_)),
      row_regions_(least_regions(row_shape_)),
      column_regions_(least_regions(column_shape_)),
      buffer_bytes_(options.buffer_bytes) {
  for (const Dim dim : kDims) {
    extents_[index(dim)] /= limits.unit[index(dim)];
    tiles_[index(dim)] = distinct_tiles(extent(dim), limits.multiple[index(dim)]);
  }
  const auto operand = [&](Tensor tensor, int64_t element, int64_t price) {
    for (const Dim dim : kDims) {
      if (region_depends_on(tensor, dim)) element *= limits.unit[index(dim)];
    }
    const int64_t capacity = options.constraints.capacity_bytes[index(tensor)];
    return Operand{element * (options.double_buffer[index(tensor)] ? 2 : 1), price * element,
                   capacity > 0 ? std::min(capacity, buffer_bytes_) : buffer_bytes_,
                   limits.least_bytes[index(tensor)]};
  };
  input_ = operand(Tensor::input, bytes(layer.input_type), prices.input_read);
  weight_ = operand(Tensor::weight, bytes(layer.weight_type), prices.weight_read);
  sum_ = operand(Tensor::output, bytes(layer.accumulator_type), prices.psum_read + prices.psum_write);
  inputs_ = extent(Dim::B) * extent(Dim::C) * row_shape_.touched * column_shape_.touched;
  weights_ = extent(Dim::K) * extent(Dim::C) * extent(Dim::FY) * extent(Dim::FX);
  sums_ = extent(Dim::B) * extent(Dim::K) * extent(Dim::OY) * extent(Dim::OX);
  written_ = sums_ * limits.unit[index(Dim::B)] * limits.unit[index(Dim::G)] * limits.unit[index(Dim::K)] *
             bytes(layer.output_type) * prices.output_write;
}

int64_t ResidenceBound::below(int64_t limit, Budget& budget) {
  const int64_t groups = extent(Dim::G);  // share nothing: each costs at least as much as one alone
  if (inputs_ == 0) return std::min(limit, groups * (weight_.price * weights_ + written_));
  best_ = ceil_div(limit, groups);
  splits_ = kMostSplits;
  steps_.begin(budget);
  try {
    const auto may_stay_longest = [this](Tensor tensor) {
      return !limits_.outermost || *limits_.outermost == tensor;
    };
    // The quickest first: what they cost leaves out many others.
    if (may_stay_longest(Tensor::input)) input_boxes(budget);
    if (may_stay_longest(Tensor::weight)) weight_boxes(budget);
    if (may_stay_longest(Tensor::output)) output_boxes(budget);
  } catch (const BoundGivenUp&) {
    return 0;
  }
  return budget.spent_now() ? 0 : std::min(limit, best_ * groups);
}

bool ResidenceBound::may_hold(Tensor tensor, std::initializer_list<std::pair<Dim, int64_t>> tiles) const {
  return std::all_of(tiles.begin(), tiles.end(),
                     [&](const auto& tile) { return tile.second <= most(tensor, tile.first); });
}

Cutting ResidenceBound::limited(Tensor tensor, Dim dim, Cutting cutting) const {
  cutting.limit = std::max(cutting.largest, std::min(cutting.limit, most(tensor, dim)));
  return cutting;
}

int64_t ResidenceBound::inputs_in(int64_t bytes) const { return std::min(bytes, input_.room) / input_.unit; }

// A box of inputs stays while all output channels pass. Weights come once for each piece of the positions,
// partial sums once for each piece of the terms; but those that meet few inputs or none may stay themselves.
void ResidenceBound::input_boxes(Budget& budget) {
  for (const int64_t in_channels : tiles(Dim::C)) {
    for (const int64_t batch : tiles(Dim::B)) {
      for (const Cutting& rows : row_cuttings_) {
        if (budget.spent_now()) return;
        for (const Cutting& columns : column_cuttings_) {
          input_box(in_channels, batch, limited(Tensor::input, Dim::OY, rows),
                    limited(Tensor::input, Dim::OX, columns));
        }
      }
    }
  }
}

void ResidenceBound::input_box(int64_t in_channels, int64_t batch, const Cutting& rows,
                               const Cutting& columns) {
  const int64_t position_pieces = ceil_div(extent(Dim::B), batch) * rows.count * columns.count;
  const int64_t other = written_ + input_.price * inputs_;
  const int64_t sums = sums_again(rows.count > 1, columns.count > 1);
  const int64_t turns = limits_.turns(Tensor::input);
  const int64_t channel_pieces = ceil_div(extent(Dim::C), in_channels);
  const int64_t weights_inside = weights_ + (position_pieces - 1) * weights_again(true, true);
  if (other + weight_.price * weights_inside + sum_.price * (channel_pieces - 1) * sums >= best_) return;
  const int64_t positions = batch * rows.largest * columns.largest;
  for (const int64_t row_taps : tiles(Dim::FY)) {
    for (const int64_t column_taps : tiles(Dim::FX)) {
      steps_.take(1);
      if (!may_hold(Tensor::input, {{Dim::C, in_channels},
                                    {Dim::B, batch},
                                    {Dim::OY, rows.largest},
                                    {Dim::OX, columns.largest},
                                    {Dim::FY, row_taps},
                                    {Dim::FX, column_taps}})) {
        continue;
      }
      const bool whole = row_taps == extent(Dim::FY) && column_taps == extent(Dim::FX);
      const int64_t region_rows = row_taps == extent(Dim::FY)
                                      ? least_region(row_shape_, rows.count, rows.limit)
                                      : row_lines_.region(rows.largest, row_taps);
      const int64_t region_columns = column_taps == extent(Dim::FX)
                                         ? least_region(column_shape_, columns.count, columns.limit)
                                         : column_lines_.region(columns.largest, column_taps);
      const int64_t used =
          std::max(input_.least, input_.unit * in_channels * batch * region_rows * region_columns);
      if (used > input_.room) continue;
      const int64_t rest = buffer_bytes_ - used;
      const int64_t sum_side = std::max(sum_.least, sum_.unit * positions);
      const int64_t weight_side =
          std::max(weight_.least, weight_.unit * in_channels * row_taps * column_taps);
      const bool fits = (sum_side <= sum_.room && rest >= sum_side + weight_.least) ||
                        (weight_side <= weight_.room && rest >= weight_side + sum_.least);
      if (!fits) continue;
      const int64_t visits =
          channel_pieces * ceil_div(extent(Dim::FY), row_taps) * ceil_div(extent(Dim::FX), column_taps);
      const int64_t weights = weights_ + (position_pieces - 1) * weights_again(row_taps < extent(Dim::FY),
                                                                               column_taps < extent(Dim::FX));
      int64_t cost = other + weight_.price * weights + sum_.price * (visits - 1) * sums;
      if (cost >= best_) continue;
      if (whole) {
        const AxisPieces& row_pieces = cut_rows_.cut(rows, extent(Dim::OY));
        const AxisPieces& column_pieces = cut_columns_.cut(columns, extent(Dim::OX));
        const int64_t pixels = inputs_in(buffer_bytes_ - weight_.least - sum_.least) / (in_channels * batch);
        const int64_t loads = InputLoads(row_pieces, column_pieces, turns)
                                  .all_together(pixels, region_rows, region_columns, kNever);
        cost += input_.price * (extent(Dim::B) * extent(Dim::C) * loads - inputs_);
      }
      take(cost);
    }
  }
}

}  // namespace hwcvp::optimizer
