// Multiples of tiles that leave the machine little idle.
#pragma once

#include <vector>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// For each mode of the MAC array that may be the fastest, multiples that suit it as well as the constraints,
// where the extents allow; each once, and none that the constraints have anyway or contradict.
std::vector<PerDim<int64_t>> array_tile_multiples(const SearchContext& context, const MachineTiming& timing);

}  // namespace hwcvp::optimizer
