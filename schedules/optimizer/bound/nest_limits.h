// What constraints leave of the tiles and buffers of nests.
#pragma once

#include <cstdint>

#include "schedules/nest/schedule.h"
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
  // In such units: tiles in force at each tensor's buffer are at most these. They leave so many pieces of
  // each dimension; of the tensor's dimensions so many at most are cut further.
  PerTensor<PerDim<int64_t>> most_tile = {};
  PerTensor<PerDim<int64_t>> pieces = {};
  PerTensor<int64_t> most_cut = {0, 0, 0};
  // Bytes that each tensor's buffer takes at least, both where it has two.
  PerTensor<int64_t> least_bytes = {0, 0, 0};
};

// Of all nests, whatever outer loops and levels are fixed. Constraints here and below were validated for the
// layer.
NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options);

constexpr int kInside = -1;  // all fixed outer loops

// Of nests that have of the fixed outer loops the first so many, and no others, outside each tensor's buffer;
// or all of them, and more where the fixed level allows for it.
NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options,
                       const PerTensor<int>& among_outer);

}  // namespace hwcvp::optimizer
