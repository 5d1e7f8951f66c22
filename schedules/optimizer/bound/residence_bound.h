// A cost that no schedule undercuts, from how long each tensor's regions can stay on chip.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/bound/axis_pieces.h"
#include "schedules/optimizer/bound/axis_shape.h"
#include "schedules/optimizer/bound/bound_steps.h"
#include "schedules/optimizer/bound/cut_axis.h"
#include "schedules/optimizer/bound/nest_limits.h"
#include "schedules/optimizer/bound/operand.h"
#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// The argument is in docs/optimizer.md. At each multiplication one tensor's region stays longest. All the
// work done while it stays is a box; in it each of the other two tensors is loaded at least once, and the
// region must fit beside what the others need. Goes through all boxes of the three kinds that NestLimits
// leave.
class ResidenceBound {
 public:
  // For layers that are no larger than it goes through.
  ResidenceBound(const Layer& layer, const OptimizerOptions& options, const Prices& prices)
      : ResidenceBound(layer, nest_limits(layer, options), options, prices) {}
  // For nests that keep within limits of their own.
  ResidenceBound(const Layer& layer, const NestLimits& limits, const OptimizerOptions& options,
                 const Prices& prices);
  ResidenceBound(const ResidenceBound&) = delete;
  ResidenceBound& operator=(const ResidenceBound&) = delete;

  // False for layers with so many output lines, taps or lines of padding that all ways to cut them are too
  // many: no published network has a tenth of them.
  static bool goes_through(const Layer& layer);

  // `limit`, or a bound below it: a cost in bytes times prices that no schedule undercuts, without
  // per-output-channel constants. 0 when the budget ends before all boxes were seen, or memory would.
  int64_t below(int64_t limit, Budget& budget);

 private:
  // Partial sums of so many output channels, images, rows and columns at most, and the bytes beside them.
  struct OutputBox {
    int64_t channels;
    int64_t batch;
    Cutting row_cutting;
    Cutting column_cutting;
    const AxisPieces& rows;
    const AxisPieces& columns;
    int64_t rest;
  };

  void output_boxes(Budget& budget);
  template <typename Bound>
  int64_t over_sizes(const Cutting& rows, const Cutting& columns, int64_t enough, const Bound& bound) const;
  int64_t output_box(int64_t channels, int64_t batch, const Cutting& rows, const Cutting& columns);
  int64_t visited_output_box(const OutputBox& box, int64_t cost);
  int64_t most_kept(const OutputBox& box, int64_t turns, int64_t row_taps, int64_t column_taps,
                    int64_t pixels) const;
  int64_t loads_of_staying_regions(int64_t row_count, int64_t column_count, int64_t pixels) const;
  int64_t more_or_in_parts(int64_t more, int64_t channels, int64_t most) const;
  int64_t more_or_in_parts_evenly(int64_t more, int64_t channels, int64_t boxes) const;
  int64_t inputs_of_boxes_apart(const OutputBox& box, int64_t in_channels);
  void weight_boxes(Budget& budget);
  void weight_box(int64_t out_channels, int64_t in_channels, int64_t row_taps, int64_t column_taps);
  int64_t passes_in_parts(int64_t in_channels, int64_t used, int64_t turns, int64_t loads,
                          int64_t limit) const;
  int64_t plane_loads(int64_t out_channels, int64_t in_channels, int64_t used, int64_t enough) const;
  int64_t plane_loads_in_turns(int64_t out_channels, int64_t in_channels, int64_t used, int64_t enough) const;
  int64_t plane_loads_in_pieces(int64_t out_channels, int64_t in_channels, int64_t used, const Cutting& rows,
                                const Cutting& columns, int64_t limit) const;
  void input_boxes(Budget& budget);
  void input_box(int64_t in_channels, int64_t batch, const Cutting& rows, const Cutting& columns);

  // Whether regions of the tensor may have these tiles, or boxes where they stay.
  bool may_hold(Tensor tensor, std::initializer_list<std::pair<Dim, int64_t>> tiles) const;
  int64_t most(Tensor tensor, Dim dim) const { return limits_.most_tile[index(tensor)][index(dim)]; }
  // A cutting with no larger pieces than the tensor's regions may have.
  Cutting limited(Tensor tensor, Dim dim, Cutting cutting) const;

  int64_t extent(Dim dim) const { return extents_[index(dim)]; }
  // The tiles for each number of pieces of a dimension that is not an axis of the outputs.
  const std::vector<int64_t>& tiles(Dim dim) const { return tiles_[index(dim)]; }
  // Where an axis is cut outside the boxes, outputs or taps in its padding may stay while others come again:
  // outputs, and weights, that come again then.
  int64_t sums_again(bool rows_cut, bool columns_cut) const {
    return extent(Dim::B) * extent(Dim::K) * (rows_cut ? row_shape_.well_inside() : extent(Dim::OY)) *
           (columns_cut ? column_shape_.well_inside() : extent(Dim::OX));
  }
  int64_t weights_again(bool row_taps_cut, bool column_taps_cut) const {
    return extent(Dim::K) * extent(Dim::C) * (row_taps_cut ? row_shape_.taps_inside() : extent(Dim::FY)) *
           (column_taps_cut ? column_shape_.taps_inside() : extent(Dim::FX));
  }
  // Input elements that fit into so many bytes.
  int64_t inputs_in(int64_t bytes) const;
  void take(int64_t cost) { best_ = std::min(best_, cost); }

  NestLimits limits_;
  PerDim<int64_t> extents_;  // in units of what no loop cuts
  PerDim<std::vector<int64_t>> tiles_;
  BoundSteps steps_;
  AxisLines row_lines_;
  AxisLines column_lines_;
  AxisShape row_shape_;
  AxisShape column_shape_;
  mutable CutAxis cut_rows_;
  mutable CutAxis cut_columns_;
  std::vector<Cutting> row_cuttings_;
  std::vector<Cutting> column_cuttings_;
  std::vector<std::vector<AxisShape>> rows_with_taps_;  // by taps in a row
  std::vector<std::vector<AxisShape>> columns_with_taps_;
  std::vector<int64_t> row_regions_;  // by pieces: lines of the largest region at least
  std::vector<int64_t> column_regions_;
  int64_t buffer_bytes_;
  Operand input_;  // of one group
  Operand weight_;
  Operand sum_;
  int64_t inputs_;   // elements of one group that are touched
  int64_t weights_;  // elements of one group
  int64_t sums_;     // outputs of one group
  int64_t written_;  // cost of writing the outputs of one group
  int64_t best_ = 0;
  mutable int64_t splits_ = 0;
};

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

}  // namespace hwcvp::optimizer
