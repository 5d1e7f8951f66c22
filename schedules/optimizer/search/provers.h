// Bounds on traffic that no schedule undercuts.
#pragma once

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Both raise a bound of the context, no further than what its best schedule takes; there is one.

// The bound on cost, by the residence bound.
void prove_cost(SearchContext& context);
// The bound on bytes: by that on cost where costs are bytes, else by the residence bound; and by what is
// compulsory.
void prove_bytes(SearchContext& context);

}  // namespace hwcvp::optimizer
