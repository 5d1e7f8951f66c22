// The objective of least traffic.
#pragma once

#include "schedules/optimizer/problem/objective.h"
#include "schedules/optimizer/problem/options.h"

namespace hwcvp {

// The value is the cost of the traffic, bytes times prices; among schedules of equal cost the bytes decide.
class LeastTraffic : public Objective {
 public:
  const char* name() const override { return "traffic"; }
  void add_to_key(nlohmann::json& key) const override;
  bool is_cost() const override { return true; }
  optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                  const Traffic& traffic) const override;
  std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                      const Schedule& schedule, const Traffic& traffic) const override;
  // The context's bound on cost.
  int64_t bound(const optimizer::SearchContext& context) const override;
  // Descents and likely boxes, the residence bound, then more of both, and all nests of small layers.
  optimizer::Starts starts(optimizer::SearchContext& context) const override;
  void complete(const Layer& layer, OptimizerResult& result) const override;
};

// What the options ask for.
const Objective& objective_of(const OptimizerOptions& options);

}  // namespace hwcvp
