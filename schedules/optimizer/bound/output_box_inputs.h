// How many input lines boxes of outputs load at least.
#pragma once

#include <cstdint>

#include "schedules/optimizer/bound/axis_pieces.h"
#include "schedules/optimizer/bound/operand.h"

namespace hwcvp::optimizer {

// Boxes of outputs stay until their partial sums are complete, in `rest` bytes that they leave. In each box
// weights pass once; boxes where they pass once for each of several parts of the positions are not among
// these. All results count rows x columns of one channel of one image.
class OutputBoxInputs {
 public:
  // In each box `in_channels` input channels of `batch` images meet.
  OutputBoxInputs(const Operand& input, const Operand& weight, int64_t in_channels, int64_t batch)
      : input_(input), weight_(weight), in_channels_(in_channels), batch_(batch) {}

  // `limit`, or the least below it for `turns` turns of `channels` output channels each through all pieces of
  // the positions.
  int64_t least(const AxisPieces& rows, const AxisPieces& columns, int64_t channels, int64_t turns,
                int64_t rest, int64_t limit) const;

 private:
  int64_t weights_stay(const AxisPieces& rows, const AxisPieces& columns, int64_t channels, int64_t turns,
                       int64_t rest, int64_t limit) const;
  int64_t inputs_stay(const AxisPieces& rows, const AxisPieces& columns, int64_t turns, int64_t rest) const;
  int64_t weights_in_parts(const AxisPieces& rows, const AxisPieces& columns, int64_t channels, int64_t turns,
                           int64_t rest, int64_t limit) const;
  // Input elements that fit into so many bytes.
  int64_t inputs_in(int64_t bytes) const { return std::min(bytes, input_.room) / input_.unit; }

  Operand input_;
  Operand weight_;
  int64_t in_channels_;
  int64_t batch_;
};

}  // namespace hwcvp::optimizer
