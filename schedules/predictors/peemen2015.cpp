#include "schedules/predictors/peemen2015.h"

namespace hwcvp {

ElementCounts Peemen2015::count(const Tiling& t, Innermost innermost) const {
  const ConvShape& shape = t.shape;
  ElementCounts counts = tile_by_tile(t);
  if (innermost == Dim::K) counts.input /= t.nk;
  if (innermost == Dim::C) counts.psum_read = counts.psum_write = 0;
  if (innermost == Dim::OY) {
    counts.input = t.nk * shape.c * t.nx * shape.input_columns(t.x) * shape.input_rows(shape.oy);
    counts.weight /= t.ny;
  }
  if (innermost == Dim::OX) {
    counts.input = t.nk * shape.c * t.ny * shape.input_rows(t.y) * shape.input_columns(shape.ox);
    counts.weight /= t.nx;
  }
  return counts;
}

InputReuse Peemen2015::reuse(Innermost innermost) const {
  return innermost == Dim::OY || innermost == Dim::OX ? InputReuse::sliding : InputReuse::reload;
}

void Peemen2015::check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const {
  const Innermost innermost = nest.loops.empty() ? Innermost() : nest.loops.back().dim;
  if (reuse(innermost) == InputReuse::reload) {
    require_reload(layer, schedule, name());
  } else if (schedule.input_reuse == InputReuse::reload && !sharing_makes_no_difference(layer, schedule)) {
    refuse_schedule(name(),
                    "it keeps the lines that tiles share along the innermost loop: expected input_reuse "
                    "sliding");
  }
}

}  // namespace hwcvp
