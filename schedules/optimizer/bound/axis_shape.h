// One spatial axis: outputs, taps, and the input lines that they meet on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "schedules/geometry/input_axis.h"
#include "schedules/optimizer/bound/bound_steps.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// What does not change with the cutting. `dense`: regions consist of the lines that their outputs touch
// (no dilation, no stride past the filter), so that neighbouring pieces share a known number of lines. A
// piece, or some of the taps, make an axis of their own, which has the outputs, the taps and the padding that
// it meets.
struct AxisShape : InputAxis {
  AxisShape(const Layer& layer, size_t axis);

  // Taps of the largest piece at most, where the taps are cut into as many as with such a piece.
  int64_t most_taps_in_as_many_pieces(int64_t taps_of_piece) const;
  // Existing lines from the first to the last that some taps in a row and all outputs meet on.
  int64_t lines_met(int64_t first_tap, int64_t taps_of_piece) const;
  // Those of them that an output meets through one of the taps, which are fewer where there are gaps.
  int64_t lines_touched(Range of_outputs, Range of_taps) const;
  // Outputs that meet as many existing lines as their neighbours are apart, or more, or that no remainder
  // has.
  int64_t well_inside() const;
  // Taps that meet an existing line with some output, or that no remainder has.
  int64_t taps_inside() const;
  // The fewest that a piece of the taps meets with all outputs, where the largest has so many taps.
  int64_t least_met_by(int64_t taps_of_piece) const;
  // Existing lines of the region that the first outputs and taps meet on.
  int64_t first_region(int64_t outputs_of_piece, int64_t taps_of_piece) const;
  // The shape of one piece alone, with the padding at the ends that it has.
  AxisShape piece(int64_t outputs_of_piece, bool first, bool last) const;
  // Lines of the padding at each end that the taps from `first_tap` on and those before `end_tap` still meet.
  int64_t pad_from_tap(int64_t first_tap) const { return std::max<int64_t>(0, pad - first_tap * dilation); }
  int64_t pad_to_tap(int64_t end_tap) const {
    return std::max<int64_t>(0, pad_after - (taps - end_tap) * dilation);
  }
  // Of those from the first to the last that one tap meets, with all outputs.
  int64_t pads_of_tap(int64_t tap) const { return pad_from_tap(tap) + pad_to_tap(tap + 1); }
  // The shapes that the axis has with `taps_of_piece` of its taps in a row, one for each padding that they
  // have.
  std::vector<AxisShape> with_taps(int64_t taps_of_piece) const;
  // The smallest tile of the taps for each number of pieces, largest first.
  std::vector<int64_t> tap_tiles() const;
  // Existing lines that one tap meets over the first `outputs` outputs, for the tap that meets most.
  int64_t most_by_one_tap(int64_t outputs) const;

  // Tiles are multiples of these, or all that there is.
  int64_t output_multiple = 1;
  int64_t tap_multiple = 1;

  int64_t pad_after;  // lines past the last that exists, as far as outputs reach
  int64_t touched;    // existing lines that any output touches
  bool dense;
  int64_t least_shared;  // lines on both sides of a cut, of the outputs or of the taps, where that is least;
                         // 0 unless dense
  // Who goes along the axis so many steps says so; the shapes of pieces count with the whole.
  void walk(int64_t some) const {
    if (steps != nullptr) steps->take(some);
  }
  BoundSteps* steps = nullptr;

  // What AxisPieces works out slowly, by its arguments.
  mutable std::unordered_map<uint64_t, int64_t> remembered;

 private:
  void find_least_shared();
};

// Cuttings of one axis: `count` pieces, the largest of at least `largest` and at most `limit` outputs.
struct Cutting {
  int64_t count = 1;
  int64_t largest = 1;
  int64_t limit = 1;
};

// Every cutting of the axis is one of these. Those of one number of pieces differ in the largest region that
// they need at least, which end pieces make smaller that reach into the padding.
std::vector<Cutting> cuttings(const AxisShape& shape);

// Lines of the largest region of `count` pieces of at most `largest` outputs, with all taps, the gaps in it
// included: at least this.
int64_t least_region(const AxisShape& shape, int64_t count, int64_t largest);

// Tiles of nested loops, outermost first, that cut a dense axis into so many pieces with the least largest
// region; empty where equal tiles do as well.
std::vector<int64_t> balanced_tiles(const AxisShape& shape, int64_t count);

}  // namespace hwcvp::optimizer
