// Input lines that an axis needs at least, however its outputs or filter lines are cut.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/geometry/input_axis.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// Does not model which line belongs to which piece, only sums over all pieces. Neighbouring pieces share
// lines; how many depends only on where the cut is. The least sum for a number of pieces takes the cuts that
// share least.
class AxisLines {
 public:
  AxisLines(const Layer& layer, size_t axis);

  // Existing lines that any output touches.
  int64_t touched() const { return touched_; }
  // Lines that pieces of the outputs (with the whole filter) touch, summed, for at least `pieces` pieces.
  int64_t output_pieces(int64_t pieces) const { return output_sums_[static_cast<size_t>(pieces - 1)]; }
  // Lines that pieces of the filter (with all outputs) touch, summed, for at least `pieces` pieces.
  int64_t filter_pieces(int64_t pieces) const { return filter_sums_[static_cast<size_t>(pieces - 1)]; }
  // True where every region consists of the lines that its outputs touch.
  bool without_gaps() const { return input_.without_gaps(); }
  // Lines of the largest region, at least, where the largest pieces are `outputs` and `filters` lines.
  int64_t region(int64_t outputs, int64_t filters) const;

 private:
  std::vector<int64_t> sums(std::vector<int64_t> shared) const;

  InputAxis input_;
  int64_t touched_;
  std::vector<int64_t> output_sums_;
  std::vector<int64_t> filter_sums_;
};

}  // namespace hwcvp::optimizer
