// How the workers of a search follow one another.
#pragma once

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Searches for a schedule with the least value of the context's objective and offers it to the context: from
// the objective's starts, of which the best are refined stage after stage. Finds none only where nothing
// fits. Where the budget ends early, the best so far.
void search_schedules(SearchContext& context);

}  // namespace hwcvp::optimizer
