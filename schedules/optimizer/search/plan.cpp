#include "schedules/optimizer/search/plan.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "schedules/optimizer/search/larger_leaves.h"
#include "schedules/optimizer/search/quickest.h"
#include "schedules/optimizer/search/refine.h"

namespace hwcvp::optimizer {

namespace {

bool is_better(const Candidate& a, const Candidate& b) { return a.value < b.value; }

// The best candidate after all stages.
Candidate refine_best(SearchContext& context, Starts starts) {
  std::vector<Candidate>& candidates = starts.candidates;
  const auto best = [&] { return std::min_element(candidates.begin(), candidates.end(), is_better); };
  for (const RefinementStage& stage : starts.stages) {
    std::stable_sort(candidates.begin(), candidates.end(), is_better);
    candidates.resize(std::min(candidates.size(), stage.candidates));
    for (Candidate& candidate : candidates) {
      if (best()->value.value <= starts.enough) break;
      refine(context, stage.rounds, candidate.schedule);
      candidate = context.candidate(candidate.schedule);
    }
  }
  return *best();
}

}  // namespace

void search_schedules(SearchContext& context) {
  const bool is_cost = context.objective().is_cost();
  if (is_cost && context.budget().spent_now()) {
    if (const std::optional<Schedule> quickest = quickest_schedule(context)) {
      context.offer(context.candidate(*quickest));
      return;
    }
  }
  Starts starts = context.objective().starts(context);
  if (starts.candidates.empty()) return;
  context.offer(refine_best(context, std::move(starts)));
  if (!context.budget().was_spent() || !is_cost) return;
  // Searches may leave pieces far smaller than they need to be, and refinement comes last.
  enlarge_leaves(context);
  // Enlarged, what any search begins with may be better than what this one has got to.
  if (const std::optional<Schedule> quickest = quickest_schedule(context)) {
    const Candidate candidate = context.candidate(*quickest);
    if (candidate.value < context.best().value) context.offer(candidate);
  }
}

}  // namespace hwcvp::optimizer
