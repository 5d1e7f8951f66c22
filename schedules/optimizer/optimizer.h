// Search for the schedule that an objective makes least of.
#pragma once

#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/result.h"

namespace hwcvp {

// The best schedule found for a legal layer; it always fits in the buffer and meets the constraints. Throws
// NothingFits where no schedule does.
OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options);

}  // namespace hwcvp
