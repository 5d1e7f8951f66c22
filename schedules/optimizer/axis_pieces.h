// One spatial axis whose outputs are cut into pieces: the input lines that these need.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
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
  // Taps of the largest piece at most, where the taps are cut into as many as with such a piece.
  int64_t most_taps_in_as_many_pieces(int64_t taps_of_piece) const;
  // Existing lines from the first to the last that some taps in a row and all outputs meet on.
  int64_t lines_met(int64_t first_tap, int64_t taps_of_piece) const;
  // Existing lines of the region that the first outputs and taps meet on.
  int64_t first_region(int64_t outputs_of_piece, int64_t taps_of_piece) const;
  // The shape of one piece alone, with the padding at the ends that it has.
  AxisShape piece(int64_t outputs_of_piece, bool first, bool last) const;
  // The shapes that the axis has with `taps_of_piece` of its taps in a row, one for each padding that they
  // have.
  std::vector<AxisShape> with_taps(int64_t taps_of_piece) const;
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
  int64_t least_shared;  // lines on both sides of a cut, of the outputs or of the taps, where that is least
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

// All members are bounds over every way to cut so.
class AxisPieces {
 public:
  // `room`: outputs of the largest piece for which there is room.
  AxisPieces(const AxisShape& shape, const Cutting& cutting, int64_t room);

  const AxisShape& shape() const { return *shape_; }
  int64_t count() const { return count_; }
  // Outputs of the largest piece, which is the first: at least this.
  int64_t largest() const { return largest_; }
  // Outputs of any piece: at least and at most.
  int64_t narrowest() const { return narrowest_; }
  int64_t widest() const { return limit_; }
  // Only one piece at each end, if any, reaches into the padding there.
  bool ends_hold_padding() const {
    return count_ == 1 || narrowest_ * shape_->stride >= std::max(shape_->pad, shape_->pad_after);
  }
  // All pieces have the same number of outputs.
  bool even() const { return narrowest_ == limit_; }
  // Outputs times taps of the largest piece: at most this.
  int64_t pairs_of_largest() const { return limit_ * shape_->taps; }
  // Lines that the pieces need with all taps, summed: at least this.
  int64_t lines() const { return lines_; }
  // Lines of the largest region: at least this.
  int64_t region() const { return region_; }
  // Lines of a window that holds any piece: a larger one holds no more.
  int64_t widest_window() const {
    return shape_->dense ? std::clamp<int64_t>(shape_->span(limit_, shape_->taps), 1,
                                               std::max<int64_t>(1, shape_->lines))
                         : shape_->lines;
  }
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
  // Lines that such a window over what pieces of `taps` taps meet has in its last place, and that the next
  // piece of taps needs and has in its first: at most this, summed over the pieces of the outputs. `clipped`:
  // one of the two pieces of taps may reach into the padding. `same_taps`: the next piece is the same one
  // along this axis, or one before it.
  int64_t kept_to_next_taps(int64_t window, int64_t taps, bool clipped, bool same_taps) const;
  // Pieces of `taps` taps that may reach into the padding: at most this.
  int64_t clipped_taps(int64_t taps) const;
  // Lines between the first and last that one tap meets in a piece: at least this.
  int64_t tap_span() const { return tap_span_; }

  // Lines that the pieces need, summed, where the outputs are cut into at least `pieces` pieces, and the taps
  // into pieces of at most `taps` that are gone through one by one with nothing kept: at least this.
  int64_t lines_by_taps(int64_t pieces, int64_t taps) const;
  // Where a window holds all outputs of a piece with so many taps, and nothing stays from taps to taps.
  int64_t lines_held_by_taps(int64_t taps) const;
  // Where the lines of a piece come in windows of at most so many with nothing kept from one to the next.
  int64_t lines_in_windows(int64_t window) const;
  // Where a window of at most so many lines slides over each piece, one pass of the taps or the outputs after
  // the other.
  int64_t lines_sliding(int64_t window) const;

 private:
  int64_t& remember(int64_t window, uint64_t kind) const;
  int64_t most_kept_by_size(int64_t window) const;
  int64_t kept_by_sizes(int64_t window) const;
  int64_t least_not_kept(int64_t window) const;
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

// The cuttings of one axis that were asked for so far. They stay where they are.
class CutAxis {
 public:
  explicit CutAxis(const AxisShape& shape) : shape_(&shape) {}

  const AxisShape& shape() const { return *shape_; }
  // `room`: outputs of the largest piece for which there is room.
  const AxisPieces& cut(Cutting cutting, int64_t room);
  // One piece alone, as an axis of its own that is not cut; `first`, `last`: at that end of this axis, with
  // the padding there.
  const AxisPieces& piece(int64_t outputs, bool first, bool last);

 private:
  struct Piece {
    explicit Piece(const AxisShape& of)
        : shape(of), pieces(shape, {1, shape.outputs, shape.outputs}, shape.outputs) {}
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

    AxisShape shape;
    AxisPieces pieces;
  };

  const AxisShape* shape_;
  std::unordered_map<uint64_t, AxisPieces> cuts_;
  std::map<std::tuple<int64_t, bool, bool>, Piece> pieces_;
};

// Tiles of nested loops, outermost first, that cut a dense axis into so many pieces with the least largest
// region; empty where equal tiles do as well.
std::vector<int64_t> balanced_tiles(const AxisShape& shape, int64_t count);

}  // namespace hwcvp::optimizer
