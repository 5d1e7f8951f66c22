#include "schedules/optimizer/search/nest_cost.h"

#include <algorithm>
#include <utility>

#include "schedules/math/nested_tiles.h"
#include "schedules/traffic/spatial_axis.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kMostRemembered = 1 << 18;  // sequences of loops on an axis

bool is_filter(const Loop& loop) { return loop.dim == Dim::FY || loop.dim == Dim::FX; }

// Pieces of a dimension with equal sizes together: a nest of k loops leaves at most k + 1 different sizes.
class PieceSizes {
 public:
  explicit PieceSizes(int64_t extent) : sizes_{{extent, 1}} {}

  void cut(int64_t tile) {
    std::vector<std::pair<int64_t, int64_t>> cut_sizes;
    const auto add = [&](int64_t size, int64_t count) {
      for (auto& entry : cut_sizes) {
        if (entry.first == size) {
          entry.second += count;
          return;
        }
      }
      cut_sizes.emplace_back(size, count);
    };
    for (const auto& [size, count] : sizes_) {
      if (size / tile > 0) add(tile, count * (size / tile));
      if (size % tile > 0) add(size % tile, count);
    }
    sizes_ = std::move(cut_sizes);
  }

  int64_t count() const {
    int64_t sum = 0;
    for (const auto& [size, count] : sizes_) sum += count;
    return sum;
  }
  // Sum of the sizes of the first parts, where every piece is cut further into parts of at most `part`.
  int64_t first_parts(int64_t part) const {
    int64_t sum = 0;
    for (const auto& [size, count] : sizes_) sum += count * std::min(size, part);
    return sum;
  }
  // Sum of the sizes of pieces of at most `part`.
  int64_t whole(int64_t part) const {
    int64_t sum = 0;
    for (const auto& [size, count] : sizes_) sum += size <= part ? count * size : 0;
    return sum;
  }

 private:
  std::vector<std::pair<int64_t, int64_t>> sizes_;
};

}  // namespace

NestCost::NestCost(const Layer& layer, const Prices& prices, double most_walked)
    : layer_(layer),
      input_axes_{InputAxis(layer, 0), InputAxis(layer, 1)},
      prices_(prices),
      most_walked_(most_walked),
      extents_(layer.extents()) {}

TensorCost NestCost::cost(Tensor tensor, const std::vector<Loop>& loops) {
  return tensor == Tensor::input ? input_cost(loops) : plain_cost(tensor, loops);
}

// Weights and outputs: a region is new where any of its dimensions' pieces is new.
TensorCost NestCost::plain_cost(Tensor tensor, const std::vector<Loop>& loops) const {
  PerDim<int64_t> tile = extents_;
  for (const Loop& loop : loops) tile[index(loop.dim)] = loop.tile;
  int64_t buffer = 1;
  int64_t elements = 1;
  std::vector<PieceSizes> pieces;
  pieces.reserve(kDimCount);
  for (const Dim dim : kDims) {
    pieces.emplace_back(extents_[index(dim)]);
    if (!region_depends_on(tensor, dim)) continue;
    buffer *= tile[index(dim)];
    elements *= extents_[index(dim)];
  }
  int64_t moved = buffer;  // the first region
  for (const Loop& loop : loops) {
    const size_t stepped = index(loop.dim);
    int64_t others = 1;  // positions of the dimensions that the tensor does not have, without the stepped one
    int64_t first = 1;   // elements of the first regions
    int64_t whole = 1;   // elements of the regions that are not cut further
    for (const Dim dim : kDims) {
      const size_t d = index(dim);
      if (d == stepped) continue;
      if (region_depends_on(tensor, dim)) {
        first *= pieces[d].first_parts(tile[d]);
        whole *= pieces[d].whole(tile[d]);
      } else {
        others *= pieces[d].count();
      }
    }
    PieceSizes& cut = pieces[stepped];
    if (region_depends_on(tensor, loop.dim)) {
      const int64_t before = cut.first_parts(tile[stepped]);
      cut.cut(loop.tile);
      moved += others * first * (cut.first_parts(tile[stepped]) - before);
    } else {
      const int64_t before = cut.count();
      cut.cut(loop.tile);
      moved += others * (first - whole) * (cut.count() - before);
    }
  }
  if (tensor == Tensor::weight) {
    const int64_t size = bytes(layer_.weight_type);
    return {moved * size * prices_.weight_read, buffer * size};
  }
  const int64_t size = bytes(layer_.accumulator_type);
  const int64_t written = elements * bytes(layer_.output_type) * prices_.output_write;
  // Each partial sum that is put aside is taken back once.
  return {written + (moved - elements) * size * (prices_.psum_read + prices_.psum_write), buffer * size};
}

TensorCost NestCost::input_cost(const std::vector<Loop>& loops) {
  PerDim<int64_t> tile = extents_;
  std::array<std::vector<Loop>, 2> axis_loops;
  for (const Loop& loop : loops) {
    tile[index(loop.dim)] = loop.tile;
    const int axis = axis_of(loop.dim);
    if (axis >= 0) axis_loops[static_cast<size_t>(axis)].push_back(loop);
  }
  const std::array<const AxisSums*, 2> axes = {&axis_sums(0, axis_loops[0]), &axis_sums(1, axis_loops[1])};
  std::array<size_t, 2> outside = {0, 0};  // loops of each axis passed so far
  std::vector<PieceSizes> pieces;
  pieces.reserve(kDimCount);
  for (const Dim dim : kDims) pieces.emplace_back(extents_[index(dim)]);
  constexpr std::array<Dim, 3> kPlain = {Dim::B, Dim::G, Dim::C};
  int64_t buffer = axes[0]->largest * axes[1]->largest;
  int64_t moved = axes[0]->first[0] * axes[1]->first[0];
  for (const Dim dim : kPlain) {
    buffer *= tile[index(dim)];
    moved *= tile[index(dim)];
  }
  for (const Loop& loop : loops) {
    const size_t stepped = index(loop.dim);
    const int moved_axis = axis_of(loop.dim);
    int64_t fresh = 1;   // elements of the regions after each step
    int64_t shared = 1;  // of these, elements that the region before held
    for (const Dim dim : kPlain) {
      const size_t d = index(dim);
      if (d == stepped) {
        const int64_t before = pieces[d].first_parts(tile[d]);
        pieces[d].cut(loop.tile);
        fresh *= pieces[d].first_parts(tile[d]) - before;
        shared = 0;
      } else {
        fresh *= pieces[d].first_parts(tile[d]);
        shared *= pieces[d].whole(tile[d]);
      }
    }
    PieceSizes& k = pieces[index(Dim::K)];
    const int64_t before = k.count();
    if (loop.dim == Dim::K) k.cut(loop.tile);
    const int64_t positions = loop.dim == Dim::K ? k.count() - before : before;
    for (size_t axis = 0; axis < 2; ++axis) {
      const AxisSums& sums = *axes[axis];
      const size_t p = outside[axis];
      if (static_cast<int>(axis) == moved_axis) {
        fresh *= sums.first[p + 1] - sums.first[p];
        shared *= sums.stepped[p];
      } else {
        fresh *= sums.first[p];
        shared *= sums.wrapped[p];
      }
    }
    if (moved_axis >= 0) ++outside[static_cast<size_t>(moved_axis)];
    moved += positions * (fresh - shared);
  }
  const int64_t size = bytes(layer_.input_type);
  return {moved * size * prices_.input_read, buffer * size};
}

size_t NestCost::LoopsHash::operator()(const std::vector<Loop>& loops) const {
  uint64_t hash = 1;
  for (const Loop& loop : loops) {
    const bool filter = loop.dim == Dim::FY || loop.dim == Dim::FX;
    hash = (hash * 0x9E3779B97F4A7C15U) ^ (static_cast<uint64_t>(loop.tile) * 2 + (filter ? 1 : 0));
  }
  return hash;
}

const NestCost::AxisSums& NestCost::axis_sums(size_t axis, const std::vector<Loop>& axis_loops) {
  Remembered& remembered = remembered_[axis];
  const auto found = remembered.find(axis_loops);
  if (found != remembered.end()) return found->second;
  if (remembered.size() >= kMostRemembered) remembered.clear();
  const bool few = most_regions(axis, axis_loops) <= most_walked_;
  return remembered.emplace(axis_loops, few ? sum_axis(axis, axis_loops) : closed_sums(axis, axis_loops))
      .first->second;
}

// Roughly: remainders may add to them.
double NestCost::most_regions(size_t axis, const std::vector<Loop>& axis_loops) const {
  int64_t out = input_axes_[axis].outputs;
  int64_t filter = input_axes_[axis].taps;
  for (const Loop& loop : axis_loops) (is_filter(loop) ? filter : out) = loop.tile;
  return static_cast<double>(input_axes_[axis].outputs) / static_cast<double>(out) *
         static_cast<double>(input_axes_[axis].taps) / static_cast<double>(filter);
}

// The same sums for any number of regions.
NestCost::AxisSums NestCost::closed_sums(size_t axis, const std::vector<Loop>& axis_loops) const {
  const InputAxis& input = input_axes_[axis];
  NestedTiles out(input.outputs);
  NestedTiles filter(input.taps);
  std::vector<bool> cuts;
  for (const Loop& loop : axis_loops) {
    NestedTiles& tiles = is_filter(loop) ? filter : out;
    cuts.push_back(loop.tile < tiles.tile(tiles.depth()));
    if (cuts.back()) tiles.cut(loop.tile);
  }
  const SpatialAxis regions(input, InputReuse::sliding, out, out.depth(), filter, filter.depth());
  AxisSums sums;
  sums.largest = regions.largest();
  size_t out_depth = 0;
  size_t filter_depth = 0;
  for (size_t p = 0; p <= axis_loops.size(); ++p) {
    const AxisSum held = regions.hold(out_depth, filter_depth);
    sums.first.push_back(held.fresh);
    sums.wrapped.push_back(held.kept);
    if (p == axis_loops.size()) break;
    if (!cuts[p]) {
      sums.stepped.push_back(0);
    } else if (is_filter(axis_loops[p])) {
      sums.stepped.push_back(regions.step_filter(out_depth, ++filter_depth).kept);
    } else {
      sums.stepped.push_back(regions.step_out(++out_depth, filter_depth).kept);
    }
  }
  return sums;
}

NestCost::AxisSums NestCost::sum_axis(size_t axis, const std::vector<Loop>& axis_loops) const {
  const InputAxis& input = input_axes_[axis];
  struct Position {
    Range out;
    Range filter;
  };
  const auto first_leaf = [&](Position at, size_t p) {
    for (; p < axis_loops.size(); ++p) {
      Range& range = is_filter(axis_loops[p]) ? at.filter : at.out;
      range.end = std::min(range.end, range.start + axis_loops[p].tile);
    }
    return input.region(at.out, at.filter);
  };
  const auto last_leaf = [&](Position at, size_t p) {
    for (; p < axis_loops.size(); ++p) {
      Range& range = is_filter(axis_loops[p]) ? at.filter : at.out;
      range.start += (range.count() - 1) / axis_loops[p].tile * axis_loops[p].tile;
    }
    return input.region(at.out, at.filter);
  };

  AxisSums sums;
  std::vector<Position> positions = {{{0, input.outputs}, {0, input.taps}}};
  for (size_t p = 0; p <= axis_loops.size(); ++p) {
    int64_t first = 0;
    int64_t wrapped = 0;
    for (const Position& at : positions) {
      const Range start = first_leaf(at, p);
      first += start.count();
      wrapped += intersection(last_leaf(at, p), start).count();
    }
    sums.first.push_back(first);
    sums.wrapped.push_back(wrapped);
    if (p == axis_loops.size()) {
      for (const Position& at : positions)
        sums.largest = std::max(sums.largest, input.region(at.out, at.filter).count());
      break;
    }
    const Loop& loop = axis_loops[p];
    std::vector<Position> cut;
    int64_t stepped = 0;
    for (const Position& at : positions) {
      const Range whole = is_filter(loop) ? at.filter : at.out;
      for (int64_t start = whole.start; start < whole.end; start += loop.tile) {
        Position piece = at;
        Range& range = is_filter(loop) ? piece.filter : piece.out;
        range.start = start;
        range.end = std::min(whole.end, start + loop.tile);
        if (start > whole.start)
          stepped += intersection(last_leaf(cut.back(), p + 1), first_leaf(piece, p + 1)).count();
        cut.push_back(piece);
      }
    }
    sums.stepped.push_back(stepped);
    positions = std::move(cut);
  }
  return sums;
}

}  // namespace hwcvp::optimizer
