#include "schedules/constraints/constraints.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr int64_t kMaxTile = std::numeric_limits<int32_t>::max();

void require_range(const std::string& field, int64_t value, int64_t least, int64_t most) {
  if (value < least || value > most) {
    throw InputError(
        fmt::format("{}: expected an integer between {} and {}, found {}", field, least, most, value));
  }
}

void require_outer_loops(const Constraints& constraints, const Layer& layer, const std::string& where) {
  if (constraints.outer_loops.size() > Schedule::kMaxLoops) {
    throw InputError(fmt::format("{}: outer_loops: expected at most {} loops, found {}", where,
                                 Schedule::kMaxLoops, constraints.outer_loops.size()));
  }
  PerDim<int64_t> left = layer.extents();
  for (size_t i = 0; i < constraints.outer_loops.size(); ++i) {
    const Loop& loop = constraints.outer_loops[i];
    int64_t& extent = left[index(loop.dim)];
    const std::string field = fmt::format("{}: layer {}: outer_loops[{}].tile", where, layer.name, i);
    require_range(field, loop.tile, 1, extent);
    const int64_t multiple = constraints.tile_multiple[index(loop.dim)];
    if (loop.tile != extent && loop.tile % multiple != 0) {
      throw InputError(
          fmt::format("{}: expected a multiple of tile_multiple.{}, {}, or the {} that are left, found {}",
                      field, to_string(loop.dim), multiple, extent, loop.tile));
    }
    extent = loop.tile;
  }
}

}  // namespace

int64_t Prices::cost(const Traffic& traffic) const {
  return traffic.input_read * input_read + (traffic.weight_read + traffic.params_read) * weight_read +
         traffic.output_write * output_write + traffic.psum_read * psum_read +
         traffic.psum_write * psum_write;
}

bool Prices::all_one() const { return *this == Prices{}; }

bool Constraints::allow_all_nests() const {
  Constraints prices_only;
  prices_only.prices = prices;
  return *this == prices_only;
}

void Constraints::validate(const Layer& layer, const std::string& where) const {
  for (const Tensor tensor : kTensors) {
    require_range(fmt::format("{}: capacity.{}", where, to_string(tensor)), capacity_bytes[index(tensor)], 0,
                  std::numeric_limits<int64_t>::max());
    if (const auto level = buffer_level[index(tensor)]) {
      require_range(fmt::format("{}: buffer_level.{}", where, to_string(tensor)), *level, 0,
                    static_cast<int64_t>(Schedule::kMaxLoops));
    }
  }
  for (const Dim dim : kDims) {
    require_range(fmt::format("{}: tile_multiple.{}", where, to_string(dim)), tile_multiple[index(dim)], 1,
                  kMaxTile);
  }
  require_outer_loops(*this, layer, where);
  // No schedule costs more than its price for most_moved_bytes(); room is left for sums over a network's
  // layers.
  constexpr int64_t kLayers = 1024;
  const int64_t most =
      std::max<int64_t>(std::numeric_limits<int64_t>::max() / kLayers / layer.most_moved_bytes(), 1);
  for (const PriceKind& kind : kPriceKinds) {
    require_range(fmt::format("{}: layer {}: price.{}", where, layer.name, kind.name), prices.*kind.member, 0,
                  most);
  }
}

bool Constraints::allow(const Layer& layer, const Schedule& schedule) const {
  if (schedule.loops.size() < outer_loops.size() ||
      !std::equal(outer_loops.begin(), outer_loops.end(), schedule.loops.begin())) {
    return false;
  }
  PerDim<int64_t> left = layer.extents();
  for (const Loop& loop : schedule.loops) {
    int64_t& extent = left[index(loop.dim)];
    if (loop.tile != extent && loop.tile % tile_multiple[index(loop.dim)] != 0) return false;
    extent = loop.tile;
  }
  const BufferUse use = buffer_use(layer, schedule);
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    if (buffer_level[t] && *buffer_level[t] != schedule.buffer_level[t]) return false;
    if (capacity_bytes[t] > 0 && use.bytes[t] > capacity_bytes[t]) return false;
  }
  return true;
}

bool operator==(const Prices& a, const Prices& b) {
  return std::all_of(kPriceKinds.begin(), kPriceKinds.end(),
                     [&](const PriceKind& kind) { return a.*kind.member == b.*kind.member; });
}

bool operator==(const Constraints& a, const Constraints& b) {
  return a.capacity_bytes == b.capacity_bytes && a.tile_multiple == b.tile_multiple &&
         a.outer_loops == b.outer_loops && a.buffer_level == b.buffer_level && a.prices == b.prices;
}

}  // namespace hwcvp
