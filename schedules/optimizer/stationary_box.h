// Nests that keep one tensor's region in place while the other two stream by.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/optimizer.h"
#include "schedules/optimizer/axis_lines.h"

namespace hwcvp::optimizer {

// Tiles in force at the buffer of a tensor, bytes of that buffer, and bytes that the layer moves at least
// where the regions of that tensor are nowhere larger and each is visited in one go.
struct StationaryBox {
  Tensor tensor = Tensor::output;
  PerDim<int64_t> tile{};
  int64_t buffer = 0;
  int64_t bound = 0;
};

// Does not count per-output-channel constants.
class StationaryBoxes {
 public:
  StationaryBoxes(const Layer& layer, const OptimizerOptions& options);

  // All boxes, with tiles that are the smallest for their number of pieces, that fit and whose bound is below
  // `limit` bytes; least bound first.
  std::vector<StationaryBox> below(int64_t limit) const;

 private:
  void enumerate(Tensor tensor, size_t dim, StationaryBox& box, int64_t limit,
                 std::vector<StationaryBox>& found) const;
  int64_t buffer_bytes(Tensor tensor, const PerDim<int64_t>& tile) const;
  int64_t bound(const StationaryBox& box) const;
  int64_t pieces(const PerDim<int64_t>& tile, Dim dim) const;
  int64_t extent(Dim dim) const { return extents_[index(dim)]; }

  Layer layer_;
  OptimizerOptions options_;
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

// The smallest tile of an extent for each number of pieces, largest first.
std::vector<int64_t> distinct_tiles(int64_t extent);

}  // namespace hwcvp::optimizer
