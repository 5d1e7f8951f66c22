// The pieces of one axis, worked out once for each cutting.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>

#include "schedules/optimizer/bound/axis_pieces.h"

namespace hwcvp::optimizer {

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

}  // namespace hwcvp::optimizer
