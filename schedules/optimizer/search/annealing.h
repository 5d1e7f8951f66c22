// Random walks over whole nests, for bytes and cycles at once.
#pragma once

#include "schedules/latency/rough_latency.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/optimizer/search/rough_front.h"

namespace hwcvp::optimizer {

// Offers a compact schedule, if it fits.
void offer_rough(const SearchContext& context, const RoughLatency& rough, const Schedule& schedule,
                 RoughFront& front);

// Both make so many changes of nests, fewer where the budget is spent, and always the same ones for the same
// arguments; offer what fits to the front; and may give two buffers to any tensor.

// Simulated annealing from a compact schedule on: the cost is weighed against the cycles beyond `limit`, and
// worse nests are taken ever more rarely. With no limit above 0 the walk is for few cycles.
void anneal(SearchContext& context, const RoughLatency& rough, double limit, int rounds,
            const Schedule& start, RoughFront& front);

// Changes of what is on the front between two numbers of cycles; nothing where there is none.
void improve_front(SearchContext& context, const RoughLatency& rough, double from, double to, int rounds,
                   RoughFront& front);

}  // namespace hwcvp::optimizer
