// Fewer and larger commands for a schedule that moves as little as ever.
#pragma once

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Does not look for the best: that is refine()'s part, for which a search that a time limit ends has no time.
//
// For objectives that are the cost. Takes loops out of the best schedule of the context, or gives them larger
// tiles, where neither cost nor bytes rise, the buffers still fit and machine_work() falls: innermost loops
// first, again as long as that helps. A few hundred schedules are counted at most, whatever the layer.
void enlarge_leaves(SearchContext& context);

}  // namespace hwcvp::optimizer
