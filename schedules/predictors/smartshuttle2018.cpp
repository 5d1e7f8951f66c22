#include "schedules/predictors/smartshuttle2018.h"

#include <algorithm>

#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

ElementCounts SmartShuttle2018::count(const Tiling& t, Innermost innermost) const {
  ElementCounts counts = tile_by_tile(t);
  if (innermost == Dim::K) counts.input /= t.nk;
  if (innermost == Dim::C) counts.psum_read = counts.psum_write = 0;
  if (innermost == Dim::OY || innermost == Dim::OX) counts.weight = t.shape.weights();
  return counts;
}

std::vector<std::vector<Dim>> SmartShuttle2018::orders() const {
  return {{Dim::OY, Dim::OX, Dim::K, Dim::C},
          {Dim::K, Dim::C, Dim::OY, Dim::OX},
          {Dim::OY, Dim::OX, Dim::C, Dim::K}};
}

void SmartShuttle2018::check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const {
  require_reload(layer, schedule, name());
  const auto is_spatial = [](const NestLoop& loop) { return axis_of(loop.dim) >= 0; };
  if (nest.loops.empty() || !is_spatial(nest.loops.back())) return;
  const auto first = std::find_if(nest.loops.begin(), nest.loops.end(), is_spatial);
  if (!std::all_of(first, nest.loops.end(), is_spatial)) {
    refuse_schedule(name(), "no array stays in place: expected the loops OY and OX next to each other");
  }
}

}  // namespace hwcvp
