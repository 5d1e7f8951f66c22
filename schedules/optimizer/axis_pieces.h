// One spatial axis whose outputs are cut into pieces: the input lines that these need.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "schedules/layer.h"

namespace hwcvp::optimizer {

// What does not change with the cutting. `dense`: regions consist of the lines that their outputs touch
// (no dilation, no stride past the filter), so that neighbouring pieces share a known number of lines.
struct AxisShape {
  AxisShape(const Layer& layer, size_t axis);

  // Lines between the first and the last that `outputs` outputs and `taps` filter lines meet on, padding
  // included.
  int64_t span(int64_t outputs, int64_t taps) const;
  // Existing lines that one tap meets over the first `outputs` outputs, for the tap that meets most.
  int64_t most_by_one_tap(int64_t outputs) const;
  // Existing lines that outputs before and after a cut both need.
  int64_t shared(int64_t cut) const;

  int64_t outputs;
  int64_t taps;
  int64_t stride;  // on the grid of the outputs, where the filter has one line
  int64_t dilation;
  int64_t pad;        // lines before the first that exists
  int64_t pad_after;  // lines past the last that exists, as far as outputs reach
  int64_t lines;      // that exist, on the same grid
  int64_t touched;    // existing lines that any output touches
  bool dense;
  // What AxisPieces works out slowly, by its arguments.
  mutable std::unordered_map<uint64_t, int64_t> remembered;
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

// All members are bounds over every way to cut so.
class AxisPieces {
 public:
  // `room`: outputs of the largest piece for which there is room.
  AxisPieces(const AxisShape& shape, const Cutting& cutting, int64_t room);

  const AxisShape& shape() const { return *shape_; }
  int64_t count() const { return count_; }
  // Outputs of the largest piece, which is the first: at least this.
  int64_t largest() const { return largest_; }
  // All pieces have the same number of outputs.
  bool even() const { return narrowest_ == limit_; }
  // Outputs times taps of the largest piece: at most this.
  int64_t pairs_of_largest() const { return limit_ * shape_->taps; }
  // Lines that the pieces need with all taps, summed: at least this.
  int64_t lines() const { return lines_; }
  // Lines of the largest region: at least this.
  int64_t region() const { return region_; }
  // Lines of a window that holds any piece: a larger one holds no more.
  int64_t widest_window() const { return shape_->dense ? region_ : shape_->lines; }
  // Lines that a window of so many lines has both in its last place over a piece and in its first over the
  // next piece: at most this in one step from piece to piece, and summed over the steps.
  int64_t most_kept_to_next(int64_t window) const { return std::min(window, overlap_); }
  int64_t kept_to_next(int64_t window) const;
  // Lines that a window of so many lines has both in its first and in its last place over a piece, so that it
  // need not load them when it passes again: at most this in one piece, and summed over the pieces.
  int64_t most_kept(int64_t window) const;
  int64_t kept(int64_t window) const;
  // The same, less or equal, and slower.
  int64_t most_kept_closely(int64_t window) const;
  int64_t kept_closely(int64_t window) const;
  // Lines that such a window over what pieces of `taps` taps meet has both in its last place and, one piece
  // of taps further, in its first: at most this, summed over the pieces of the outputs.
  int64_t kept_to_next_taps(int64_t window, int64_t taps) const;
  // Lines between the first and last that one tap meets in a piece: at least this.
  int64_t tap_span() const { return tap_span_; }

  // Lines that the pieces need, summed, where the outputs are cut into at least `pieces` pieces, and the taps
  // into pieces of at most `taps` that are gone through one by one with nothing kept: at least this.
  int64_t lines_by_taps(int64_t pieces, int64_t taps) const;
  // Where the lines of a piece come in windows of at most so many with nothing kept from one to the next.
  int64_t lines_in_windows(int64_t window) const;
  // Where a window of at most so many lines slides over each piece, one pass of the taps or the outputs after
  // the other.
  int64_t lines_sliding(int64_t window) const;

 private:
  int64_t& remember(int64_t window, uint64_t kind) const;
  int64_t most_kept_by_size(int64_t window) const;
  int64_t kept_by_sizes(int64_t window) const;
  int64_t lines_of_taps_sliding(int64_t taps, int64_t window) const;
  int64_t clipped_pieces() const;
  int64_t pieces_held_whole(int64_t window) const;
  int64_t kept_in_piece(int64_t outputs, int64_t clipped, int64_t window) const;
  int64_t kept_in_end(int64_t outputs, int64_t clipped, int64_t window) const;

  const AxisShape* shape_;
  int64_t count_;
  int64_t largest_;
  int64_t limit_;      // outputs of the largest piece: at most this
  int64_t narrowest_;  // outputs of the smallest piece: at least this
  int64_t lines_;
  int64_t region_;
  int64_t overlap_;
  int64_t smallest_region_;
  int64_t tap_span_;
};

// Lines of the largest region of `count` pieces of at most `largest` outputs, with all taps: at least this.
int64_t least_region(const AxisShape& shape, int64_t count, int64_t largest);

// Tiles of nested loops, outermost first, that cut a dense axis into so many pieces with the least largest
// region; empty where equal tiles do as well.
std::vector<int64_t> balanced_tiles(const AxisShape& shape, int64_t count);

}  // namespace hwcvp::optimizer
