// What constraints leave of the tiles and buffers of nests.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// Of all nests that a bound speaks of. The argument is in docs/optimizer.md.
struct NestLimits {
  // Every piece of a dimension begins and ends at multiples of this: no loop cuts a unit of so many. 1 for
  // outputs and taps of the two axes, whose units would share input lines.
  PerDim<int64_t> unit = {1, 1, 1, 1, 1, 1, 1, 1};
  // In such units: every tile is a multiple of this, or all that there is.
  PerDim<int64_t> multiple = {1, 1, 1, 1, 1, 1, 1, 1};
  // Bytes that each tensor's buffer takes at least, both where it has two.
  PerTensor<int64_t> least_bytes = {0, 0, 0};
};

// For constraints that were validated for the layer.
NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options);

}  // namespace hwcvp::optimizer
