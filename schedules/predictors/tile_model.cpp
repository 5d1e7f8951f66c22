#include "schedules/predictors/tile_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

namespace {

PerTensor<int64_t> tile_bytes(const Layer& layer, const Tiling& tiling, bool double_buffered) {
  const PerTensor<int64_t> elements = {tiling.input_tile(), tiling.weight_tile(), tiling.output_tile()};
  const PerTensor<int64_t> size = buffered_bytes(layer);
  PerTensor<int64_t> use{};
  for (size_t i = 0; i < kTensorCount; ++i) use[i] = elements[i] * size[i] * (double_buffered ? 2 : 1);
  return use;
}

// Throws unless the loops cut tiles of one size for all arrays.
void check_tiles(const PlainNest& nest, const std::string& model) {
  for (size_t i = 0; i < nest.loops.size(); ++i) {
    const Dim dim = nest.loops[i].dim;
    if (dim == Dim::FY || dim == Dim::FX) {
      refuse_schedule(model, fmt::format("it keeps the filter whole: expected no loop {}", to_string(dim)));
    }
    for (size_t j = 0; j < i; ++j) {
      if (nest.loops[j].dim == dim) {
        refuse_schedule(model,
                        fmt::format("it cuts each dimension once: expected one loop {}", to_string(dim)));
      }
    }
    for (const Tensor tensor : kTensors) {
      if (nest.level[index(tensor)] <= i && region_depends_on(tensor, dim)) {
        refuse_schedule(model, fmt::format("it has one tile size for all arrays: expected the {} buffer "
                                           "inside loop {}",
                                           to_string(tensor), to_string(dim)));
      }
    }
  }
}

Tiling tiling_of(const PlainNest& nest) {
  const size_t inside = nest.loops.size();
  return {nest.shape,
          {nest.extent(Dim::K, inside), nest.extent(Dim::C, inside), nest.extent(Dim::OY, inside),
           nest.extent(Dim::OX, inside)}};
}

int64_t tiles_along(const Tiling& tiling, Dim dim) {
  switch (dim) {
    case Dim::K:
      return tiling.nk;
    case Dim::C:
      return tiling.nc;
    case Dim::OY:
      return tiling.ny;
    default:
      return tiling.nx;
  }
}

Innermost innermost_of(const Tiling& tiling, const std::vector<Dim>& order) {
  const auto cuts = [&tiling](Dim dim) { return tiles_along(tiling, dim) > 1; };
  const auto last = std::find_if(order.rbegin(), order.rend(), cuts);
  return last == order.rend() ? Innermost() : *last;
}

PlainNest nest_of(const Tiling& tiling, const std::vector<Dim>& order) {
  PlainNest nest;
  nest.shape = tiling.shape;
  for (const Dim dim : order) {
    if (tiles_along(tiling, dim) == 1) continue;
    const int64_t tile = dim == Dim::K    ? tiling.k
                         : dim == Dim::C  ? tiling.c
                         : dim == Dim::OY ? tiling.y
                                          : tiling.x;
    nest.loops.push_back({dim, tiling.shape.extent(dim), tile});
  }
  nest.level = {nest.loops.size(), nest.loops.size(), nest.loops.size()};
  return nest;
}

template <typename Visit>
void for_each_tiling(const ConvShape& shape, const Visit& visit) {
  const auto rows = distinct_tiles(shape.oy);
  const auto columns = distinct_tiles(shape.ox);
  const auto inputs = distinct_tiles(shape.c);
  for (const int64_t k : distinct_tiles(shape.k)) {
    for (const int64_t c : inputs) {
      for (const int64_t y : rows) {
        for (const int64_t x : columns) visit(Tiling(shape, {k, c, y, x}));
      }
    }
  }
}

}  // namespace

Tiling::Tiling(const ConvShape& layer, const TileSize& size)
    : shape(layer),
      k(size.k),
      c(size.c),
      y(size.y),
      x(size.x),
      nk(ceil_div(layer.k, k)),
      nc(ceil_div(layer.c, c)),
      ny(ceil_div(layer.oy, y)),
      nx(ceil_div(layer.ox, x)) {}

InputReuse TileModel::reuse(Innermost /*innermost*/) const { return InputReuse::reload; }

void TileModel::check(const Layer& layer, const Schedule& schedule, const PlainNest& /*nest*/) const {
  require_reload(layer, schedule, name());
}

Prediction TileModel::predict(const Layer& layer, const Schedule& schedule) const {
  const PlainNest nest = plain_nest(layer, schedule, name());
  check_tiles(nest, name());
  check(layer, schedule, nest);
  const Tiling tiling = tiling_of(nest);
  const Innermost innermost = nest.loops.empty() ? Innermost() : nest.loops.back().dim;
  Prediction result;
  result.traffic = to_traffic(layer, nest.shape, count(tiling, innermost));
  result.buffer.bytes = tile_bytes(layer, tiling, false);
  for (const Tensor tensor : kTensors) {
    if (schedule.double_buffer[index(tensor)]) result.buffer.bytes[index(tensor)] *= 2;
  }
  return result;
}

ModelChoice TileModel::choose(const Layer& layer, int64_t buffer_bytes) const {
  const ConvShape shape = conv_shape(layer, name());
  ModelChoice best;
  best.predicted_bytes = -1;
  const auto all_orders = orders();
  for_each_tiling(shape, [&](const Tiling& tiling) {
    const BufferUse use{tile_bytes(layer, tiling, double_buffered())};
    if (use.total() > buffer_bytes) return;  // never less than what the machine needs
    for (const auto& order : all_orders) {
      const Innermost innermost = innermost_of(tiling, order);
      const int64_t moved = to_traffic(layer, shape, count(tiling, innermost)).total();
      if (best.predicted_bytes >= 0 && moved >= best.predicted_bytes) continue;
      best.predicted_bytes = moved;
      best.schedule = to_schedule(layer, nest_of(tiling, order), reuse(innermost), double_buffered());
    }
  });
  if (best.predicted_bytes < 0) {
    throw InputError(
        fmt::format("model {}: no tiling of layer {} fits in {} bytes", name(), layer.name, buffer_bytes));
  }
  best.favourite_bytes = best.predicted_bytes;
  return best;
}

ElementCounts tile_by_tile(const Tiling& t) {
  ElementCounts counts;
  counts.input = t.nk * t.input_with_halo();
  counts.weight = t.spatial() * t.shape.weights();
  counts.output_write = t.shape.outputs();
  counts.psum_read = (t.nc - 1) * t.shape.outputs();
  counts.psum_write = counts.psum_read;
  return counts;
}

std::vector<std::vector<Dim>> orders_by_innermost() {
  return {{Dim::K, Dim::C, Dim::OY, Dim::OX},
          {Dim::K, Dim::C, Dim::OX, Dim::OY},
          {Dim::K, Dim::OY, Dim::OX, Dim::C},
          {Dim::C, Dim::OY, Dim::OX, Dim::K}};
}

}  // namespace hwcvp
