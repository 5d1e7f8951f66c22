// A random walk from a good schedule to better ones.
#pragma once

#include <cstdint>

#include "schedules/optimizer.h"

namespace hwcvp::optimizer {

// Changes a schedule that fits in random places (loops put in, taken out, moved, cut otherwise; levels moved)
// and keeps each change that does not raise traffic nor, at equal traffic, machine_work(). Tries `rounds`
// changes; always the same ones for the same arguments. `evaluated` grows by the schedules that were counted.
void refine(const Layer& layer, const OptimizerOptions& options, int rounds, Schedule& schedule,
            int64_t& evaluated);

}  // namespace hwcvp::optimizer
