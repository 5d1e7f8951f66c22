// Branch and bound over every legal nest, for layers that are small enough.
#pragma once

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// For objectives that are the cost; there is a best schedule. Does nothing where that takes no more than the
// compulsory traffic, or where the layer has too many places to cut. Offers what it finds, and raises the
// bound on cost to that of the best schedule where all nests that the constraints allow were looked at or cut
// off before the nodes or the budget ended.
//
// Leaves out only what cannot be better than something that it keeps (docs/optimizer.md): loops that cut
// nothing, loops inside all buffers, buffers right inside a loop that does not move their tensor, loops that
// only multiply the traffic of the last tensor that has no buffer yet, and the reload of inputs.
void search_all_nests(SearchContext& context);

}  // namespace hwcvp::optimizer
