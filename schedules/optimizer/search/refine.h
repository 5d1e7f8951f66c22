// A random walk from a good schedule to better ones.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

// Changes a compact schedule that fits in random places (loops put in, taken out, moved, cut otherwise;
// levels moved; for the objective `latency` also which tensors have two buffers) and keeps each change that
// raises neither the objective nor, at equal objective, machine_work(). Tries `rounds` changes, fewer where
// the budget is spent; always the same ones for the same arguments. `evaluated` grows by the schedules that
// were counted.
void refine(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space, Budget& budget,
            int rounds, Schedule& schedule, int64_t& evaluated);

}  // namespace hwcvp::optimizer
