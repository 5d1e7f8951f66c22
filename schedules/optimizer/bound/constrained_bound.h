// A cost that no schedule undercuts that meets the constraints.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// `limit`, or a bound below it, without per-output-channel constants: the least, over all ways in which the
// buffers can lie among the fixed outer loops, of the residence bound and of what such buffers are known to
// load. 0 when the budget ends before. For layers that ResidenceBound goes through.
int64_t constrained_bound(const Layer& layer, const OptimizerOptions& options, const Prices& prices,
                          int64_t limit, Budget& budget);

}  // namespace hwcvp::optimizer
