#include "schedules/predictors/waeijen2019.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

namespace {

// From the inside out, as the source has them.
constexpr std::array<Dim, 4> kTileLoops = {Dim::C, Dim::K, Dim::OY, Dim::OX};

bool is_line(Dim dim) { return dim == Dim::OY || dim == Dim::OX; }

// How many loops run over tiles. A loop of tile 1 among those of larger tiles is one of them; unit loops
// follow.
size_t tile_loops(const PlainNest& nest) {
  size_t count = nest.loops.size();
  while (count > 0 && nest.loops[count - 1].tile == 1) --count;
  return count;
}

bool has_loop(const PlainNest& nest, Dim dim, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) {
    if (nest.loops[i].dim == dim) return true;
  }
  return false;
}

// The unit loop over lines along which the input's store folds: right outside the buffer, but for loops that
// keep it as it is. None under reload: then lines that two positions share are loaded again.
bool folds_along_lines(const PlainNest& nest, size_t store) {
  return nest.reuse == InputReuse::sliding && store > tile_loops(nest) && is_line(nest.loops[store - 1].dim);
}

// Loops that are outside the input's store.
size_t input_store(const PlainNest& nest, size_t level) {
  const size_t tiles = tile_loops(nest);
  while (level > tiles && nest.loops[level - 1].dim == Dim::K) --level;
  if (folds_along_lines(nest, level)) --level;
  if (level > tiles && nest.loops[level - 1].dim == Dim::C) --level;
  return level;
}

size_t weight_store(const PlainNest& nest, size_t level) {
  while (level > tile_loops(nest) && is_line(nest.loops[level - 1].dim)) --level;
  return level;
}

size_t output_store(const PlainNest& nest, size_t level) {
  while (level > 0 && nest.loops[level - 1].dim == Dim::C) --level;
  return level;
}

// Turns of a dimension that load inputs or weights anew: all outside the store, else one for each tile.
int64_t turns(const PlainNest& nest, Dim dim, size_t store) {
  const size_t tiles = tile_loops(nest);
  const int64_t extent = nest.shape.extent(dim);
  if (has_loop(nest, dim, tiles, store)) return extent;
  return ceil_div(extent, nest.extent(dim, tiles));
}

int64_t input_visits(const PlainNest& nest, size_t level) {
  const size_t store = input_store(nest, level);
  int64_t loads = turns(nest, Dim::K, store);
  for (const Dim dim : {Dim::C, Dim::OY, Dim::OX}) loads *= turns(nest, dim, store);
  return loads * nest.block(Tensor::input, store);
}

int64_t weight_visits(const PlainNest& nest, size_t level) {
  const size_t store = weight_store(nest, level);
  return nest.shape.weights() * turns(nest, Dim::OY, store) * turns(nest, Dim::OX, store);
}

// Lines and channels at full tile size, for each turn of the input channels outside the store.
int64_t output_visits(const PlainNest& nest, size_t level) {
  const size_t tiles = tile_loops(nest);
  const size_t store = output_store(nest, level);
  int64_t elements = 1;
  for (const Dim dim : {Dim::K, Dim::OY, Dim::OX}) {
    const int64_t extent = nest.shape.extent(dim);
    const bool units_outside = has_loop(nest, dim, tiles, store);
    const bool tiles_outside = has_loop(nest, dim, 0, std::min(tiles, store));
    elements *= tiles_outside && !units_outside ? up_to_multiple(extent, nest.extent(dim, tiles)) : extent;
  }
  if (has_loop(nest, Dim::C, 0, store)) elements *= turns(nest, Dim::C, store);
  return elements;
}

std::vector<int64_t> tiles_of(int64_t extent) {
  std::vector<int64_t> tiles = {extent};
  int64_t power = 1;
  while (power <= extent / 2) power *= 2;
  for (; power >= 1; power /= 2) {
    if (power < extent) tiles.push_back(power);
  }
  return tiles;
}

// Visits the orders of the loops around and in one tile.
void for_each_order(const ConvShape& shape, const PerDim<int64_t>& tile, PlainNest& nest,
                    const std::function<void(const PlainNest&)>& visit) {
  std::vector<Dim> outer;
  std::vector<Dim> units;
  for (const Dim dim : kTileLoops) {
    if (tile[index(dim)] < shape.extent(dim)) outer.push_back(dim);
    if (tile[index(dim)] > 1) units.push_back(dim);
  }
  std::sort(units.begin(), units.end());
  for (size_t first = 0; first < std::max<size_t>(outer.size(), 1); ++first) {
    std::vector<Dim> order = outer;
    std::rotate(order.begin(), order.begin() + static_cast<ptrdiff_t>(first),
                order.begin() + static_cast<ptrdiff_t>(std::min(first + 1, order.size())));
    std::reverse(order.begin(), order.end());
    do {
      nest.loops.clear();
      for (const Dim dim : order) nest.loops.push_back({dim, shape.extent(dim), tile[index(dim)]});
      for (const Dim dim : units) nest.loops.push_back({dim, tile[index(dim)], 1});
      visit(nest);
    } while (std::next_permutation(units.begin(), units.end()));
  }
}

}  // namespace

void Waeijen2019::check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const {
  const size_t tiles = tile_loops(nest);
  for (size_t i = 0; i < nest.loops.size(); ++i) {
    const Dim dim = nest.loops[i].dim;
    if (dim == Dim::FY || dim == Dim::FX) {
      refuse_schedule(name(), fmt::format("it keeps the filter whole: expected no loop {}", to_string(dim)));
    }
    if (i < tiles && has_loop(nest, dim, 0, i)) {
      refuse_schedule(name(),
                      fmt::format("it cuts a dimension into tiles and those into units, with all unit "
                                  "loops inside: expected one loop {} over tiles",
                                  to_string(dim)));
    }
  }
  for (const Tensor tensor : {Tensor::input, Tensor::weight}) {
    for (size_t i = nest.level[index(tensor)]; i < tiles; ++i) {
      if (region_depends_on(tensor, nest.loops[i].dim)) {
        refuse_schedule(name(), fmt::format("it stores at most a tile of the {}: expected its buffer inside "
                                            "loop {}",
                                            to_string(tensor), to_string(nest.loops[i].dim)));
      }
    }
  }
  size_t store = nest.level[index(Tensor::input)];
  while (store > tiles && nest.loops[store - 1].dim == Dim::K) --store;
  if (!folds_along_lines(nest, store)) require_reload(layer, schedule, name());
}

size_t Waeijen2019::outermost_level(const PlainNest& nest, Tensor tensor) const {
  return tensor == Tensor::output ? 0 : tile_loops(nest);
}

int64_t Waeijen2019::visits(const PlainNest& nest, Tensor tensor, size_t level) const {
  switch (tensor) {
    case Tensor::input:
      return input_visits(nest, std::max(level, tile_loops(nest)));
    case Tensor::weight:
      return weight_visits(nest, std::max(level, tile_loops(nest)));
    case Tensor::output:
      break;
  }
  return output_visits(nest, level);
}

void Waeijen2019::count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const {
  counts.output_write = nest.shape.outputs();
  counts.psum_read = visits - counts.output_write;
  counts.psum_write = visits - counts.output_write;
}

InputReuse Waeijen2019::reuse(const PlainNest& nest) const {
  size_t store = nest.level[index(Tensor::input)];
  while (store > tile_loops(nest) && nest.loops[store - 1].dim == Dim::K) --store;
  return folds_along_lines(nest, store) ? InputReuse::sliding : InputReuse::reload;
}

void Waeijen2019::for_each_nest(const ConvShape& shape, const Visit& visit) const {
  PlainNest nest;
  nest.shape = shape;
  PerDim<int64_t> tile = {};
  for (const int64_t k : tiles_of(shape.k)) {
    for (const int64_t c : tiles_of(shape.c)) {
      for (const int64_t y : tiles_of(shape.oy)) {
        for (const int64_t x : tiles_of(shape.ox)) {
          tile[index(Dim::K)] = k;
          tile[index(Dim::C)] = c;
          tile[index(Dim::OY)] = y;
          tile[index(Dim::OX)] = x;
          for_each_order(shape, tile, nest, visit);
        }
      }
    }
  }
}

}  // namespace hwcvp
