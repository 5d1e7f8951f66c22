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
//
// Takes time and memory for the cuts that padding shortens, however many others there are; where these are
// more than a limit, they count as if they shared nothing.
class AxisLines {
 public:
  AxisLines(const Layer& layer, size_t axis);

  // Existing lines that any output touches.
  int64_t touched() const { return touched_; }
  // Lines that pieces of the outputs (with the whole filter) touch, summed, for at least `pieces` pieces.
  int64_t output_pieces(int64_t pieces) const { return touched_ + at_outputs_.least(pieces - 1); }
  // Lines that pieces of the filter (with all outputs) touch, summed, for at least `pieces` pieces.
  int64_t filter_pieces(int64_t pieces) const { return touched_ + at_taps_.least(pieces - 1); }
  // True where every region consists of the lines that its outputs touch.
  bool without_gaps() const { return input_.without_gaps(); }
  // The same where taps are left in pieces of at most so many.
  bool without_gaps(int64_t taps) const {
    return taps == input_.taps ? without_gaps() : input_.without_gaps_at_any_taps();
  }
  // Lines of the largest region, at least, where the largest pieces are `outputs` and `filters` lines.
  int64_t region(int64_t outputs, int64_t filters) const;

 private:
  // Lines shared at the cuts of a dimension: all alike but near the padding, where they share fewer.
  struct SharedLines {
    std::vector<int64_t> fewer = {0};  // [n]: at the n cuts that share least, summed
    int64_t unlisted = 0;  // cuts near the padding that are too many to list, taken as sharing nothing
    int64_t alike = 0;     // at each of the others

    int64_t least(int64_t cuts) const;
  };
  template <typename Shared>
  SharedLines shared_lines(int64_t extent, int64_t step, int64_t window, const Shared& shared) const;

  InputAxis input_;
  int64_t touched_;
  SharedLines at_outputs_;
  SharedLines at_taps_;
};

}  // namespace hwcvp::optimizer
