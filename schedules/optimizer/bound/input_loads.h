// How many input lines of both axes a nest loads at least.
#pragma once

#include <cstdint>

#include "schedules/optimizer/bound/axis_pieces.h"

namespace hwcvp::optimizer {

// Boxes of work: rows and columns of outputs cut into pieces, gone through `turns` times (once for each piece
// of the output channels). Inputs come through a region that is at most so many rows times so many columns.
// All results count rows x columns of one channel of one image.
class InputLoads {
 public:
  InputLoads(const AxisPieces& rows, const AxisPieces& columns, int64_t turns)
      : rows_(rows), columns_(columns), turns_(turns) {}

  // The least for a region of `elements` elements of one channel of one image at a time, so that nothing
  // stays from box to box. The region has at least the given rows and columns. The largest integer where that
  // does not fit.
  int64_t one_by_one(int64_t elements, int64_t least_rows, int64_t least_columns) const;

  // `limit`, or the least below it for a region of `pixels` rows x columns with all channels and images, so
  // that lines may stay from box to box.
  int64_t all_together(int64_t pixels, int64_t least_rows, int64_t least_columns, int64_t limit) const;

  // With a region of all channels and at most `rows` x `columns`.
  int64_t with_region(int64_t rows, int64_t columns, int64_t limit) const;

  // Each tap loads anew what it meets, where the filter is cut into pieces of at most these taps that lie
  // outside the region: at least this with a region of so many rows x columns, of one channel of one image or
  // of all.
  int64_t one_by_one_by_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const;
  int64_t all_together_by_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const;

  // The region holds whole boxes for pieces of at most these taps and slides from tap to tap.
  int64_t sliding_over_taps(int64_t row_taps, int64_t column_taps) const;

 private:
  int64_t kept(int64_t rows, int64_t columns, bool closely) const;
  int64_t one_channel(int64_t rows, int64_t columns) const;
  int64_t kept_to_next_taps(int64_t row_taps, int64_t column_taps, int64_t pixels) const;

  const AxisPieces& rows_;
  const AxisPieces& columns_;
  int64_t turns_;
};

}  // namespace hwcvp::optimizer
