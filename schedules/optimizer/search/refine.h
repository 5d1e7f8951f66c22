// A random walk from a good schedule to better ones.
#pragma once

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Changes a compact schedule that fits in random places (loops put in, taken out, moved, cut otherwise;
// levels moved; where the objective may double buffers, also which tensors have two) and keeps each change
// that raises neither the objective's value nor, at equal value, cost, bytes and machine_work(), the first
// that differs deciding. Tries `rounds` changes, fewer where the budget is spent; always the same ones for
// the same arguments.
void refine(SearchContext& context, int rounds, Schedule& schedule);

}  // namespace hwcvp::optimizer
