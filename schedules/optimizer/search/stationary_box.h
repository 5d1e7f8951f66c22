// Nests that keep one tensor's region in place while the other two stream by.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Tiles in force at the buffer of a tensor, bytes of that buffer, and an estimate from below of what the
// traffic costs where the regions of that tensor are nowhere larger and each is visited in one go.
struct StationaryBox {
  Tensor tensor = Tensor::output;
  PerDim<int64_t> tile{};
  int64_t buffer = 0;
  int64_t estimate = 0;
};

// Does not bound all nests: a nest may keep one tensor in place in most of its pieces and another in the
// rest, or keep lines of the input from one turn to the next. The estimates guide the search and prove
// nothing. Does not count per-output-channel constants, nor what fixed outer loops and levels cost.
class StationaryBoxes {
 public:
  // The context must outlive them.
  explicit StationaryBoxes(const SearchContext& context);

  // All boxes, with tiles that are the smallest for their number of pieces, that fit and whose estimate is
  // below `limit`; least first.
  std::vector<StationaryBox> below(int64_t limit) const;

 private:
  void limit_boxes(Tensor tensor);
  void enumerate(Tensor tensor, size_t dim, StationaryBox& box, int64_t limit,
                 std::vector<StationaryBox>& found) const;
  int64_t buffer_bytes(Tensor tensor, const PerDim<int64_t>& tile) const;
  bool others_fit(const StationaryBox& box) const;
  int64_t streamed_lines(const StationaryBox& box) const;
  int64_t repeated_inputs(const PerDim<int64_t>& tile) const;
  int64_t estimate(const StationaryBox& box) const;
  int64_t pieces(const PerDim<int64_t>& tile, Dim dim) const;
  int64_t extent(Dim dim) const { return extents_[index(dim)]; }

  const Layer& layer_;
  const OptimizerOptions& options_;
  const SearchSpace& space_;
  Budget& budget_;
  PerDim<int64_t> extents_;
  PerDim<std::vector<int64_t>> tiles_;
  AxisLines rows_;
  AxisLines columns_;
  int64_t input_size_;  // bytes of an element
  int64_t weight_size_;
  int64_t sum_size_;  // of a partial sum
  int64_t inputs_;    // bytes that travel at least
  int64_t weights_;
  int64_t outputs_;
};

}  // namespace hwcvp::optimizer
