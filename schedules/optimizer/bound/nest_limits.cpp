#include "schedules/optimizer/bound/nest_limits.h"

#include <algorithm>
#include <numeric>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

bool is_axis(Dim dim) { return dim == Dim::OY || dim == Dim::OX || dim == Dim::FY || dim == Dim::FX; }

// Regions of the smallest tiles lie in those of all others.
PerTensor<int64_t> least_bytes(const Layer& layer, const OptimizerOptions& options) {
  Schedule smallest;
  for (const Dim dim : kDims) {
    const int64_t multiple = options.constraints.tile_multiple[index(dim)];
    if (multiple < layer.extent(dim)) smallest.loops.push_back({dim, multiple});
  }
  smallest.buffer_level.fill(static_cast<int>(smallest.loops.size()));
  smallest.double_buffer = options.double_buffer;
  return buffer_use(layer, smallest).bytes;
}

}  // namespace

NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options) {
  NestLimits limits;
  for (const Dim dim : kDims) {
    const size_t d = index(dim);
    const int64_t extent = layer.extent(dim);
    const int64_t multiple = std::min(options.constraints.tile_multiple[d], extent);
    if (!is_axis(dim)) limits.unit[d] = std::gcd(multiple, extent);
    limits.multiple[d] = multiple / limits.unit[d];
  }
  limits.least_bytes = least_bytes(layer, options);
  return limits;
}

}  // namespace hwcvp::optimizer
