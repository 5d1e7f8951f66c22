// A quick search for a good schedule, from which the proof starts.
#pragma once

#include <cstdint>

#include "schedules/optimizer.h"

namespace hwcvp::optimizer {

// Coordinate descent over tiles in nests with at most three bands of loops, one band outside each buffer.
// Returns false where not even single elements fit. `evaluated` grows by the nests that were counted.
bool descend(const Layer& layer, const OptimizerOptions& options, Schedule& best, int64_t& evaluated);

}  // namespace hwcvp::optimizer
