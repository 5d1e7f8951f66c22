// The nests among which a search chooses, as the constraints leave them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/error.h"

namespace hwcvp::optimizer {

// Searches work on compact nests: the fixed outer loops, then only loops that cut something. Where a fixed
// buffer level asks for more loops, expand() adds such as cut nothing, which no traffic depends on.
class SearchSpace {
 public:
  // For constraints that were validated for the layer.
  SearchSpace(const Layer& layer, const OptimizerOptions& options);

  const std::vector<Loop>& outer_loops() const { return constraints_.outer_loops; }
  // Tiles in force inside the outer loops.
  const PerDim<int64_t>& tiles_left() const { return left_; }
  // The largest tile below `tile` that a loop may have; 0 where there is none.
  int64_t next_tile(Dim dim, int64_t tile) const;
  // The smallest tile that loops can leave.
  int64_t least_tile(Dim dim) const;
  // The smallest tile for each number of pieces of what the outer loops leave, largest first; of extents
  // above 65,536, which have more than some 500, those that stand in even proportions.
  std::vector<int64_t> distinct_tiles(Dim dim) const;
  // Places where some dimension can be cut.
  int64_t cuts() const;

  // Bytes beyond the capacities, of buffers with the given bytes; 0 where they fit.
  int64_t excess(const PerTensor<int64_t>& buffers) const;
  // The fixed level of a tensor's buffer, or -1.
  int fixed_level(Tensor tensor) const;
  // Whether any tensor has one.
  bool levels_fixed() const { return levels_fixed_; }
  // True where a compact nest that begins with `loops` loops and has the buffers of the tensors in `placed`
  // at `levels` can still be expanded so that all fixed levels are met.
  bool levels_possible(const PerTensor<int>& levels, const PerTensor<bool>& placed, size_t loops) const;

  // The same where all tensors have their buffers and the nest ends there.
  bool levels_possible(const PerTensor<int>& levels, size_t loops) const {
    return levels_possible(levels, {true, true, true}, loops);
  }

  // The error that says that no schedule is left.
  NothingFits none_left() const;

  // The schedule for a compact one that levels_possible() admits.
  Schedule expand(const Schedule& compact) const;

 private:
  PerTensor<size_t> by_level(const PerTensor<int>& levels) const;

  std::string layer_name_;
  Constraints constraints_;
  int64_t buffer_bytes_;
  PerDim<int64_t> left_;
  bool levels_fixed_ = false;
};

// The smallest multiple of `multiple`, or the extent, for each number of pieces of an extent, largest first.
std::vector<int64_t> distinct_tiles(int64_t extent, int64_t multiple = 1);

// At most `most`, at least two, of some tiles that become smaller: the first, the last, and such as stand in
// even proportions.
std::vector<int64_t> thinned(const std::vector<int64_t>& tiles, size_t most);

// Takes the loop at `place` out of a schedule; buffers inside it move outwards by one loop.
void remove_loop(Schedule& schedule, size_t place);

}  // namespace hwcvp::optimizer
