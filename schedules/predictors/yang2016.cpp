#include "schedules/predictors/yang2016.h"

#include <fmt/format.h>

#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

void Yang2016::check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const {
  for (const NestLoop& loop : nest.loops) {
    if (loop.dim == Dim::FY || loop.dim == Dim::FX) {
      refuse_schedule(name(),
                      fmt::format("it keeps the filter whole: expected no loop {}", to_string(loop.dim)));
    }
  }
  require_dividing_tiles(nest, name());
  require_reload(layer, schedule, name());
}

int64_t Yang2016::visits(const PlainNest& nest, Tensor tensor, size_t level) const {
  size_t refetched = level;
  while (refetched > 0 && !region_depends_on(tensor, nest.loops[refetched - 1].dim)) --refetched;
  int64_t elements = nest.block(tensor, level);
  for (size_t i = 0; i < refetched; ++i) elements *= nest.loops[i].trips();
  return elements;
}

void Yang2016::count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const {
  counts.output_write = nest.shape.outputs();
  if (visits == counts.output_write) return;
  counts.psum_read = visits;
  counts.psum_write = visits - counts.output_write;
}

}  // namespace hwcvp
