// What constraints leave of the tiles and buffers of nests.
#pragma once

#include <cstdint>
#include <optional>

#include "schedules/nest/schedule.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// Of all nests that a bound speaks of. The argument is in docs/optimizer.md.
struct NestLimits {
  // How often each region of a tensor comes at least: in each piece of the dimensions that it lacks.
  int64_t turns(Tensor tensor) const;

  // Every piece of a dimension begins and ends at multiples of this: no loop cuts a unit of so many. 1 for
  // outputs and taps of the two axes, whose units would share input lines.
  PerDim<int64_t> unit = {1, 1, 1, 1, 1, 1, 1, 1};
  // In such units: every tile is a multiple of this, or all that there is.
  PerDim<int64_t> multiple = {1, 1, 1, 1, 1, 1, 1, 1};
  // In such units: while a region of a tensor stays, the nest goes through no more than these tiles; and the
  // pieces of each dimension that the fixed outer loops leave then.
  PerTensor<PerDim<int64_t>> most_tile = {};
  PerTensor<PerDim<int64_t>> pieces = {};
  // The tensor whose region stays longest everywhere, where it is always the same one.
  std::optional<Tensor> outermost;
  // Bytes that each tensor's buffer takes at least, both where it has two.
  PerTensor<int64_t> least_bytes = {0, 0, 0};
};

// Of all nests, whatever outer loops and levels are fixed. Constraints here and below were validated for the
// layer.
NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options);

constexpr int kInside = -1;

// Of nests that have, of the loops that move a tensor, those of the first so many outer loops, and no others,
// outside its buffer; or kInside: those of all outer loops, and one at least that is further inside.
NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options,
                       const PerTensor<int>& among_outer);

}  // namespace hwcvp::optimizer
