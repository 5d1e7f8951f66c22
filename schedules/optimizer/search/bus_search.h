// Search for the schedule with the fewest bus bytes, in the layouts that suit it.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

struct BusSearchResult {
  Schedule schedule;         // compact
  int64_t proven_bytes = 0;  // useful bytes that no schedule undercuts, so neither do bus bytes
};

// Does not prove anything about bus bytes, nor look into how they are counted: options.bus is asked for whole
// schedules only.
//
// Starts from what the search for least traffic finds, and from schedules of little traffic that leave rows,
// channels or filters whole, so that tensors travel in long runs; refines those with the fewest bus bytes. So
// it never returns more bus bytes than the schedule of least traffic takes. Throws NothingFits.
BusSearchResult search_bus_bytes(const Layer& layer, const OptimizerOptions& options,
                                 const SearchSpace& space, Budget& budget, int64_t& evaluated);

}  // namespace hwcvp::optimizer
