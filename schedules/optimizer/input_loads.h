// How many input lines of both axes a nest loads at least.
#pragma once

#include <cstdint>

#include "schedules/optimizer/axis_pieces.h"

namespace hwcvp::optimizer {

// Boxes of work: rows and columns of outputs cut into pieces, gone through `turns` times (once for each piece
// of the output channels). Inputs come through a region that is at most so many rows times so many columns.
// All results count rows x columns of one channel of one image.
class InputLoads {
 public:
  InputLoads(const AxisPieces& rows, const AxisPieces& columns, int64_t turns)
      : rows_(rows), columns_(columns), turns_(turns) {}

  // The least for a region of `elements` elements, where a pixel of a box has `channels` of them (those of
  // all its images): all of them where lines stay from one box to the next, or one where they do not. The
  // region has at least the given rows and columns. The largest integer where that does not fit.
  int64_t least(int64_t elements, int64_t channels, int64_t least_rows, int64_t least_columns) const;

  // With a region of all channels and at most `rows` x `columns`.
  int64_t with_region(int64_t rows, int64_t columns) const;

  // Each tap loads anew what it meets, where the filter is cut into pieces of at most these taps that lie
  // outside the region: at least this with a region of `elements` elements.
  int64_t by_taps(int64_t row_taps, int64_t column_taps, int64_t elements) const;

  // The region holds whole boxes for pieces of at most these taps and slides from tap to tap.
  int64_t sliding_over_taps(int64_t row_taps, int64_t column_taps) const;

 private:
  int64_t kept(int64_t rows, int64_t columns) const;
  int64_t one_channel(int64_t rows, int64_t columns) const;

  const AxisPieces& rows_;
  const AxisPieces& columns_;
  int64_t turns_;
};

}  // namespace hwcvp::optimizer
