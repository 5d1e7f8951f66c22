#include "schedules/bursts/region_changes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hwcvp {

namespace {

using Piece = NestedTiles::Piece;

// The dimension of the nest that an axis is. Rows and columns of the input move with two: the output lines,
// named here, and the filter lines.
constexpr std::array<PerTensorAxis<Dim>, kTensorCount> kAxisDims = {{
    {Dim::B, Dim::G, Dim::C, Dim::OY, Dim::OX},
    {Dim::G, Dim::K, Dim::C, Dim::FY, Dim::FX},
    {Dim::B, Dim::G, Dim::K, Dim::OY, Dim::OX},
}};

constexpr Dim filter_of(Dim outputs) { return outputs == Dim::OY ? Dim::FY : Dim::FX; }

bool spatial_input(Tensor tensor, size_t axis) { return tensor == Tensor::input && axis >= 3; }

// Calls visit(piece) for the pieces at a depth, in order.
template <typename Visit>
void for_each_piece(const NestedTiles& tiles, size_t depth, const Visit& visit) {
  const auto descend = [&](const auto& self, const Piece& piece, size_t at) -> void {
    if (at == depth) return visit(piece);
    const int64_t tile = tiles.tile(at + 1);
    for (int64_t start = 0; start < piece.size; start += tile) {
      self(self, {piece.start + start, std::min(tile, piece.size - start)}, at + 1);
    }
  };
  descend(descend, {0, tiles.extent()}, 0);
}

// Calls visit(old, next) for neighbouring pieces that the loop at a depth makes.
template <typename Visit>
void for_each_step(const NestedTiles& tiles, size_t depth, const Visit& visit) {
  const int64_t tile = tiles.tile(depth);
  for_each_piece(tiles, depth - 1, [&](const Piece& parent) {
    for (int64_t start = tile; start < parent.size; start += tile) {
      visit(Piece{parent.start + start - tile, tile},
            Piece{parent.start + start, std::min(tile, parent.size - start)});
    }
  });
}

// The pieces in the buffer at the begin and at the end of a piece further outside.
Piece first_inside(const NestedTiles& tiles, const Piece& piece, size_t buffer_depth) {
  return {piece.start, std::min(piece.size, tiles.tile(buffer_depth))};
}
Piece last_inside(const NestedTiles& tiles, const Piece& piece, size_t depth, size_t buffer_depth) {
  const Piece last = tiles.last_piece(piece.size, depth, buffer_depth);
  return {piece.start + last.start, last.size};
}

Interval interval(const Piece& piece) { return {piece.start, piece.size}; }
Range range(const Piece& piece) { return {piece.start, piece.start + piece.size}; }

}  // namespace

RegionChanges::RegionChanges(const Layer& layer, const Schedule& schedule, const NestCuts& cuts,
                             Tensor tensor, const TensorInMemory& memory, const BurstRules& rules,
                             std::function<void()> poll)
    : input_axes_{InputAxis(layer, 0), InputAxis(layer, 1)},
      cuts_(cuts),
      tensor_(tensor),
      reuse_(schedule.input_reuse),
      memory_(memory),
      rules_(rules),
      cut_count_(cuts.cuts_outside(schedule.level(tensor))),
      buffer_depth_(cuts.depths(cut_count_)),
      poll_(std::move(poll)) {}

void RegionChanges::count_piece() const {
  constexpr size_t kBetweenPolls = 8192;
  if (++pieces_ < kBetweenPolls) return;
  pieces_ = 0;
  if (poll_) poll_();
}

bool RegionChanges::moves(Dim dim, size_t axis) const {
  const Dim own = kAxisDims[index(tensor_)][axis];
  return dim == own || (spatial_input(tensor_, axis) && dim == filter_of(own));
}

AxisChanges RegionChanges::none(size_t axis) const {
  const AxisIntervals empty(memory_, axis, rules_);
  return {empty, empty, empty, empty};
}

// The input lines that outputs meet through filter lines, those of padding left out.
Interval RegionChanges::hull(size_t axis, const Piece& outputs, const Piece& filter) const {
  const InputAxis& input = input_axes_[axis - 3];
  const Range region = input.region(range(outputs), range(filter));
  if (region.empty()) return {};
  return {input.in_memory(region).start, region.count()};
}

// One change of rows or columns of the input.
void RegionChanges::add(const Interval& old, const Interval& next, AxisChanges& changes) const {
  changes.next.add(next);
  if (reuse_ == InputReuse::reload) {
    if (old.first == next.first && old.count == next.count) changes.kept.add(next);
    return;
  }
  const int64_t first = std::max(old.first, next.first);
  const int64_t end = std::min(old.first + old.count, next.first + next.count);
  if (end <= first) return;
  changes.kept.add(next);
  changes.edges.add({next.first, first - next.first});
  changes.edges.add({end, next.first + next.count - end});
  changes.shared.add({first, end - first});
}

AxisChanges RegionChanges::first(size_t axis) const {
  AxisChanges changes = none(axis);
  const Dim dim = kAxisDims[index(tensor_)][axis];
  const NestedTiles& tiles = cuts_.of(dim);
  const Piece piece = first_inside(tiles, {0, tiles.extent()}, depth_in_buffer(dim));
  if (spatial_input(tensor_, axis)) {
    const NestedTiles& filter = cuts_.of(filter_of(dim));
    changes.next.add(
        hull(axis, piece, first_inside(filter, {0, filter.extent()}, depth_in_buffer(filter_of(dim)))));
  } else {
    changes.next.add(interval(piece));
  }
  return changes;
}

AxisChanges RegionChanges::held(size_t axis, const PerDim<size_t>& depth) const {
  AxisChanges changes = none(axis);
  const Dim dim = kAxisDims[index(tensor_)][axis];
  const NestedTiles& tiles = cuts_.of(dim);
  const size_t at = depth[index(dim)];
  const size_t buffer = depth_in_buffer(dim);
  if (!spatial_input(tensor_, axis)) {
    for_each_piece(tiles, at, [&](const Piece& piece) {
      count_piece();
      const Interval next = interval(first_inside(tiles, piece, buffer));
      changes.next.add(next);
      if (next.count == piece.size) changes.kept.add(next);
    });
    return changes;
  }
  const Dim filter_dim = filter_of(dim);
  const NestedTiles& filter = cuts_.of(filter_dim);
  const size_t filter_at = depth[index(filter_dim)];
  const size_t filter_buffer = depth_in_buffer(filter_dim);
  for_each_piece(tiles, at, [&](const Piece& outputs) {
    const Piece old_outputs = last_inside(tiles, outputs, at, buffer);
    const Piece next_outputs = first_inside(tiles, outputs, buffer);
    for_each_piece(filter, filter_at, [&](const Piece& taps) {
      count_piece();
      add(hull(axis, old_outputs, last_inside(filter, taps, filter_at, filter_buffer)),
          hull(axis, next_outputs, first_inside(filter, taps, filter_buffer)), changes);
    });
  });
  return changes;
}

AxisChanges RegionChanges::stepped(size_t axis, Dim dim, const PerDim<size_t>& depth) const {
  AxisChanges changes = none(axis);
  const NestedTiles& tiles = cuts_.of(dim);
  const size_t at = depth[index(dim)];
  const size_t buffer = depth_in_buffer(dim);
  if (!spatial_input(tensor_, axis)) {
    for_each_step(tiles, at, [&](const Piece&, const Piece& next) {
      count_piece();
      changes.next.add(interval(first_inside(tiles, next, buffer)));
    });
    return changes;
  }
  const Dim out = kAxisDims[index(tensor_)][axis];
  const bool outputs_step = dim == out;
  const Dim other_dim = outputs_step ? filter_of(out) : out;
  const NestedTiles& other = cuts_.of(other_dim);
  const size_t other_at = depth[index(other_dim)];
  const size_t other_buffer = depth_in_buffer(other_dim);
  const auto meet = [&](const Piece& moving, const Piece& still) {
    return outputs_step ? hull(axis, moving, still) : hull(axis, still, moving);
  };
  for_each_step(tiles, at, [&](const Piece& old, const Piece& next) {
    const Piece old_moving = last_inside(tiles, old, at, buffer);
    const Piece next_moving = first_inside(tiles, next, buffer);
    for_each_piece(other, other_at, [&](const Piece& piece) {
      count_piece();
      add(meet(old_moving, last_inside(other, piece, other_at, other_buffer)),
          meet(next_moving, first_inside(other, piece, other_buffer)), changes);
    });
  });
  return changes;
}

void RegionChanges::for_each_change(const Visit& visit) const {
  const auto axes_of = [](const auto& make) {
    return PerTensorAxis<AxisChanges>{make(0), make(1), make(2), make(3), make(4)};
  };
  visit(axes_of([this](size_t axis) { return first(axis); }), 1);
  PerDim<size_t> depth{};
  for (size_t i = 0; i < cut_count_; ++i) {
    const Dim dim = cuts_.cuts()[i].dim;
    ++depth[index(dim)];
    // Dimensions that do not move the region repeat what happens.
    int64_t times = 1;
    for (const Dim other : kDims) {
      bool moves_region = false;
      for (size_t axis = 0; axis < kTensorAxes; ++axis) moves_region = moves_region || moves(other, axis);
      if (moves_region) continue;
      const NestedTiles& tiles = cuts_.of(other);
      const int64_t pieces = tiles.pieces(depth[index(other)]);
      times *= other == dim ? pieces - tiles.pieces(depth[index(other)] - 1) : pieces;
    }
    visit(axes_of(
              [&](size_t axis) { return moves(dim, axis) ? stepped(axis, dim, depth) : held(axis, depth); }),
          times);
  }
}

// Of an axis at some depths.
double RegionChanges::pieces(size_t axis, const PerDim<size_t>& depth) const {
  const auto of = [&](Dim dim) { return static_cast<double>(cuts_.of(dim).pieces(depth[index(dim)])); };
  const Dim dim = kAxisDims[index(tensor_)][axis];
  return spatial_input(tensor_, axis) ? of(dim) * of(filter_of(dim)) : of(dim);
}

double RegionChanges::steps() const {
  double sum = 0;
  const auto add_axes = [&](const PerDim<size_t>& depth) {
    for (size_t axis = 0; axis < kTensorAxes; ++axis) sum += pieces(axis, depth);
  };
  PerDim<size_t> depth{};
  for (size_t i = 0; i < cut_count_; ++i) {
    ++depth[index(cuts_.cuts()[i].dim)];
    add_axes(depth);
  }
  if (tensor_ == Tensor::output) add_axes(buffer_depth_);
  return sum;
}

PerTensorAxis<AxisChanges> RegionChanges::all_regions() const {
  const auto all = [this](size_t axis) { return held(axis, buffer_depth_); };
  return {all(0), all(1), all(2), all(3), all(4)};
}

}  // namespace hwcvp
