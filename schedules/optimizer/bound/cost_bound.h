// Lower bounds on the cost of traffic.
#pragma once

#include <cstdint>

#include "schedules/constraints/constraints.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// A cost that no schedule undercuts where none moves less than `bytes`, per-output-channel constants included
// in both: each kind costs at least what is compulsory of it, and what goes beyond comes at the lowest price
// of those kinds that can exceed it. Partial sums are read as often as they are written.
int64_t cost_bound(const Layer& layer, const Prices& prices, int64_t bytes);

}  // namespace hwcvp::optimizer
