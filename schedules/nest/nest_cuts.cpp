#include "schedules/nest/nest_cuts.h"

namespace hwcvp {

NestCuts::NestCuts(const Layer& layer, const Schedule& schedule) {
  tiles_.reserve(kDimCount);
  for (const int64_t extent : layer.extents()) tiles_.emplace_back(extent);
  cuts_.reserve(schedule.loops.size());
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    const Loop& loop = schedule.loops[i];
    NestedTiles& dim = tiles_[index(loop.dim)];
    if (loop.tile == dim.tile(dim.depth())) continue;
    dim.cut(loop.tile);
    cuts_.push_back({loop.dim, static_cast<int>(i)});
  }
}

size_t NestCuts::cuts_outside(int level) const {
  size_t count = 0;
  while (count < cuts_.size() && cuts_[count].position < level) ++count;
  return count;
}

PerDim<size_t> NestCuts::depths(size_t cuts) const {
  PerDim<size_t> depth{};
  for (size_t i = 0; i < cuts; ++i) ++depth[index(cuts_[i].dim)];
  return depth;
}

}  // namespace hwcvp
