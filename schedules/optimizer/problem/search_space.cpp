#include "schedules/optimizer/problem/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "schedules/math/division.h"

namespace hwcvp::optimizer {

std::vector<int64_t> distinct_tiles(int64_t extent, int64_t multiple) {
  std::vector<int64_t> tiles = {extent};
  while (tiles.back() > multiple) {
    const int64_t below = (tiles.back() - 1) / multiple * multiple;
    const int64_t pieces = ceil_div(extent, below);  // the next number that takes a smaller tile
    tiles.push_back(up_to_multiple(ceil_div(extent, pieces), multiple));
  }
  return tiles;
}

std::vector<int64_t> thinned(const std::vector<int64_t>& tiles, size_t most) {
  if (tiles.size() <= most) return tiles;
  const double factor = std::pow(static_cast<double>(tiles.front()) / static_cast<double>(tiles.back()),
                                 1.0 / static_cast<double>(most - 1));
  std::vector<int64_t> kept;
  for (const int64_t tile : tiles) {
    if (kept.empty() || static_cast<double>(tile) * factor <= static_cast<double>(kept.back())) {
      kept.push_back(tile);
    }
  }
  if (kept.back() != tiles.back()) kept.back() = tiles.back();
  return kept;
}

SearchSpace::SearchSpace(const Layer& layer, const OptimizerOptions& options)
    : layer_name_(layer.name),
      constraints_(options.constraints),
      buffer_bytes_(options.buffer_bytes),
      left_(layer.extents()) {
  for (const Loop& loop : constraints_.outer_loops) left_[index(loop.dim)] = loop.tile;
  for (const Tensor tensor : kTensors) levels_fixed_ = levels_fixed_ || fixed_level(tensor) >= 0;
}

int64_t SearchSpace::next_tile(Dim dim, int64_t tile) const {
  const int64_t multiple = constraints_.tile_multiple[index(dim)];
  return (tile - 1) / multiple * multiple;
}

int64_t SearchSpace::least_tile(Dim dim) const {
  return std::min(left_[index(dim)], constraints_.tile_multiple[index(dim)]);
}

std::vector<int64_t> SearchSpace::distinct_tiles(Dim dim) const {
  constexpr size_t kMostTiles = 512;
  return thinned(optimizer::distinct_tiles(left_[index(dim)], constraints_.tile_multiple[index(dim)]),
                 kMostTiles);
}

int64_t SearchSpace::cuts() const {
  int64_t sum = 0;
  for (const Dim dim : kDims) {
    sum += (left_[index(dim)] - 1) / constraints_.tile_multiple[index(dim)];
  }
  return sum;
}

int64_t SearchSpace::excess(const PerTensor<int64_t>& buffers) const {
  int64_t total = 0;
  int64_t beyond = 0;
  for (size_t t = 0; t < kTensorCount; ++t) {
    total += buffers[t];
    if (constraints_.capacity_bytes[t] > 0) {
      beyond += std::max<int64_t>(buffers[t] - constraints_.capacity_bytes[t], 0);
    }
  }
  return beyond + std::max<int64_t>(total - buffer_bytes_, 0);
}

int SearchSpace::fixed_level(Tensor tensor) const {
  return constraints_.buffer_level[index(tensor)].value_or(-1);
}

// Tensors from the outermost buffer inwards; at one place of a compact nest, those of lower fixed level
// first.
PerTensor<size_t> SearchSpace::by_level(const PerTensor<int>& levels) const {
  PerTensor<size_t> order = {0, 1, 2};
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (levels[a] != levels[b]) return levels[a] < levels[b];
    return fixed_level(kTensors[a]) < fixed_level(kTensors[b]);
  });
  return order;
}

bool SearchSpace::levels_possible(const PerTensor<int>& levels, const PerTensor<bool>& placed,
                                  size_t loops) const {
  const auto depth = static_cast<int>(loops);
  if (!levels_fixed_) return loops <= Schedule::kMaxLoops;
  const auto outer = static_cast<int>(constraints_.outer_loops.size());
  PerTensor<int> at = levels;
  for (size_t t = 0; t < kTensorCount; ++t) {
    if (!placed[t]) at[t] = depth;  // or further inside
  }
  int added = 0;  // loops that cut nothing
  for (const size_t t : by_level(at)) {
    const int fixed = fixed_level(kTensors[t]);
    if (fixed < 0) continue;
    if (at[t] + added > fixed) return false;
    if (!placed[t]) continue;
    if (at[t] < outer && at[t] != fixed) return false;  // nothing comes between the outer loops
    added = fixed - at[t];
  }
  return depth + added <= static_cast<int>(Schedule::kMaxLoops);
}

NothingFits SearchSpace::none_left() const {
  return NothingFits(fmt::format("{}: buffer: no schedule fits in {} bytes{}", layer_name_, buffer_bytes_,
                                 constraints_.allow_all_nests() ? "" : " under these constraints"));
}

Schedule SearchSpace::expand(const Schedule& compact) const {
  Schedule schedule = compact;
  PerDim<int64_t> tile = left_;
  for (const size_t t : by_level(compact.buffer_level)) {
    int& level = schedule.buffer_level[t];
    for (; level < fixed_level(kTensors[t]);) {
      // Where the tensor's buffer is; it and all buffers further inside come to lie within the new loop.
      const auto place = schedule.loops.begin() + level;
      int64_t in_force = tile[index(Dim::B)];
      for (auto loop = schedule.loops.begin() + static_cast<std::ptrdiff_t>(outer_loops().size());
           loop < place; ++loop) {
        if (loop->dim == Dim::B) in_force = loop->tile;
      }
      schedule.loops.insert(place, {Dim::B, in_force});
      for (const Tensor other : kTensors) {
        const size_t o = index(other);
        if (o == t) continue;
        const bool inside = schedule.buffer_level[o] > level ||
                            (schedule.buffer_level[o] == level && fixed_level(other) > level);
        if (inside) ++schedule.buffer_level[o];
      }
      ++level;
    }
  }
  return schedule;
}

void remove_loop(Schedule& schedule, size_t place) {
  schedule.loops.erase(schedule.loops.begin() + static_cast<std::ptrdiff_t>(place));
  for (int& level : schedule.buffer_level) level -= level > static_cast<int>(place) ? 1 : 0;
}

}  // namespace hwcvp::optimizer
