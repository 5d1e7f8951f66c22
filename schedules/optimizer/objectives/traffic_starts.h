// Schedules of little traffic, with which searches for something else begin.
#pragma once

#include <vector>

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// The first two search with the options `choice` and what is left of the context's budget, and add a schedule
// where any fits. `choice` leaves no schedule that the context's options do not.

// What descents alone find.
void add_descent(SearchContext& context, const OptimizerOptions& choice, std::vector<Candidate>& candidates);

// What to do with that which is proven of traffic; it may be taken over where `choice` is the context's.
enum class Proofs { left, taken_over };

// What the search for least traffic finds, with all of its means, in a share of the budget.
void add_least_traffic(SearchContext& context, const OptimizerOptions& choice, double share, Proofs proofs,
                       std::vector<Candidate>& candidates);

// What a search for least traffic returns that ends at once, so that nothing worse is found.
void add_quickest(SearchContext& context, std::vector<Candidate>& candidates);

}  // namespace hwcvp::optimizer
