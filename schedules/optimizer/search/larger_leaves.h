// Fewer and larger commands for a schedule that moves as little as ever.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/options.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

// Does not look for the best: that is refine()'s part, for which a search that a time limit ends has no time.
//
// Takes loops out of a compact schedule that fits, or gives them larger tiles, where neither cost nor bytes
// rise, the buffers still fit and machine_work() falls: innermost loops first, again as long as that helps. A
// few hundred schedules are counted at most, whatever the layer. `evaluated` grows by their number.
void enlarge_leaves(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                    Schedule& schedule, int64_t& evaluated);

}  // namespace hwcvp::optimizer
