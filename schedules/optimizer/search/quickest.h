// What a search returns that ends at once.
#pragma once

#include <optional>

#include "schedules/nest/schedule.h"
#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// A compact schedule of little traffic that fits and meets the constraints: the best of those with the
// smallest tiles for each order of the tensors and some of the loops, with its leaves enlarged. None where
// none of these fits. Always the same for the same problem, whatever is left of the budget; takes
// milliseconds. For objectives that are the cost.
std::optional<Schedule> quickest_schedule(SearchContext& context);

}  // namespace hwcvp::optimizer
