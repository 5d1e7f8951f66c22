// One spatial axis whose outputs are cut into pieces: the input lines that these need.
#pragma once

#include <algorithm>
#include <cstdint>

#include "schedules/optimizer/bound/axis_shape.h"

namespace hwcvp::optimizer {

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
  // piece of taps needs and has in its first: at most this, summed over the pieces of the outputs. Padding
  // may clip one of the two pieces of taps; the next one lies behind the other along this axis, or is the
  // same or one before it.
  enum class Clipping { none, possible };
  enum class NextTaps { behind, not_behind };
  int64_t kept_to_next_taps(int64_t window, int64_t taps, Clipping clipping, NextTaps next) const;
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
  int64_t lines_with_gaps() const;
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

}  // namespace hwcvp::optimizer
