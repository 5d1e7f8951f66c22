#include "schedules/traffic/axis_sums.h"

#include <algorithm>

namespace hwcvp {

AxisSum hold_sum(const NestedTiles& tiles, size_t buffer_depth, size_t depth) {
  const int64_t tile = tiles.tile(buffer_depth);
  AxisSum sum;
  for (const auto& piece : tiles.classes(depth)) {
    sum.fresh += piece.count * std::min(piece.size, tile);
    if (piece.size <= tile) sum.kept += piece.count * piece.size;
  }
  return sum;
}

AxisSum step_sum(const NestedTiles& tiles, size_t buffer_depth, size_t depth) {
  const int64_t step = tiles.tile(depth);
  const int64_t tile = tiles.tile(buffer_depth);
  AxisSum sum;
  for (const auto& parent : tiles.classes(depth - 1)) {
    const int64_t full = parent.size / step;
    if (full == 0) continue;
    sum.fresh += parent.count * ((full - 1) * tile + std::min(parent.size % step, tile));
  }
  return sum;
}

AxisSum hold_count(const NestedTiles& tiles, size_t depth) {
  return {tiles.pieces(depth), tiles.pieces(depth)};
}

AxisSum step_count(const NestedTiles& tiles, size_t depth) {
  const int64_t steps = tiles.pieces(depth) - tiles.pieces(depth - 1);
  return {steps, steps};
}

}  // namespace hwcvp
