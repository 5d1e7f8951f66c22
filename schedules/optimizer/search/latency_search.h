// Search for the schedule with the fewest estimated cycles.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

// Does not prove anything, nor look into the latency model: that is asked for whole schedules only.
//
// Starts from the schedules of least traffic for each set of tensors with two buffers, once as they are and
// once with tiles that fill the MAC array, and from those of the search for least traffic with two buffers
// for none and for all, and refines the fastest of them. So it is no slower than the latter. Returns a
// compact schedule; throws InputError where none fits.
Schedule search_latency(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                        Budget& budget, int64_t& evaluated);

// Cycles that no estimate for any schedule of the layer undercuts: all multiply-accumulates in commands that
// fill the MAC array as far as the channels allow, or the compulsory bytes at the sustained rate.
int64_t latency_bound(const Layer& layer, const MachineTiming& timing);

}  // namespace hwcvp::optimizer
