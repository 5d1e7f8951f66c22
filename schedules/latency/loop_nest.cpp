#include "schedules/latency/loop_nest.h"

#include <algorithm>

namespace hwcvp::latency {

LoopNest::LoopNest(const Layer& layer, const Schedule& schedule) {
  PerDim<size_t> innermost{};
  for (const Dim dim : kDims) {
    innermost[hwcvp::index(dim)] = entries_.size();
    entries_.push_back({dim, entries_.size(), layer.extent(dim), 0, layer.extent(dim)});
  }
  for (size_t i = 0;; ++i) {
    for (size_t place = 0; place < kPlaces; ++place) {
      const size_t level =
          place < kTensorCount ? static_cast<size_t>(schedule.buffer_level[place]) : schedule.loops.size();
      if (level != i) continue;
      levels_[place] = entries_.size();
      innermost_[place] = innermost;
    }
    if (i == schedule.loops.size()) return;
    const Loop& loop = schedule.loops[i];
    size_t& last = innermost[hwcvp::index(loop.dim)];
    const int64_t cut = entries_[last].tile;
    if (loop.tile == cut) continue;
    entries_.push_back({loop.dim, last, loop.tile, 0, cut});
    last = entries_.size() - 1;
  }
}

Range LoopNest::range_outside(size_t entry, Dim dim) const {
  size_t found = hwcvp::index(dim);
  for (size_t i = kRoots; i < entry; ++i) {
    if (entries_[i].dim == dim) found = i;
  }
  return entries_[found].range();
}

Range LoopNest::piece_at(size_t level, Dim dim, int64_t at) const {
  Range piece = {0, entries_[hwcvp::index(dim)].tile};
  for (size_t i = kRoots; i < level; ++i) {
    const Entry& loop = entries_[i];
    if (loop.dim != dim) continue;
    piece.start = at - (at - piece.start) % loop.tile;
    piece.end = std::min(piece.end, piece.start + loop.tile);
  }
  return piece;
}

}  // namespace hwcvp::latency
