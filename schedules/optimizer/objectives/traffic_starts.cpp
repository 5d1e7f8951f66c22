#include "schedules/optimizer/objectives/traffic_starts.h"

#include <optional>

#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/plan.h"
#include "schedules/optimizer/search/provers.h"
#include "schedules/optimizer/search/quickest.h"

namespace hwcvp::optimizer {

void add_descent(SearchContext& context, const OptimizerOptions& choice, std::vector<Candidate>& candidates) {
  const LeastTraffic least_traffic;
  SearchContext traffic(context.layer(), choice, least_traffic, context.budget());
  Descent(traffic).search_all(0);
  context.count(traffic.evaluated());
  if (traffic.found()) candidates.push_back(context.candidate(traffic.best().schedule));
}

void add_least_traffic(SearchContext& context, const OptimizerOptions& choice, double share, Proofs proofs,
                       std::vector<Candidate>& candidates) {
  const LeastTraffic least_traffic;
  Budget part = context.budget().slice(share);
  SearchContext traffic(context.layer(), choice, least_traffic, part);
  search_schedules(traffic);
  if (!traffic.found()) return;
  context.count(traffic.evaluated());
  candidates.push_back(context.candidate(traffic.space().expand(traffic.best().schedule)));
  if (proofs == Proofs::left) return;
  prove_bytes(traffic);
  context.raise_cost_bound(traffic.cost_bound(), traffic.proof());
  context.raise_bytes_bound(traffic.bytes_bound(), traffic.proof());
}

void add_quickest(SearchContext& context, std::vector<Candidate>& candidates) {
  const LeastTraffic least_traffic;
  SearchContext traffic(context.layer(), context.options(), least_traffic, context.budget());
  const std::optional<Schedule> quickest = quickest_schedule(traffic);
  context.count(traffic.evaluated());
  if (quickest) candidates.push_back(context.candidate(*quickest));
}

}  // namespace hwcvp::optimizer
