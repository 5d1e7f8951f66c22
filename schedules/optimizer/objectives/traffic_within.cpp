#include "schedules/optimizer/objectives/traffic_within.h"

#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

bool TrafficWithin::admits(const SearchContext& context, const Schedule& schedule,
                           const Traffic& traffic) const {
  const auto stop = [&context] { return context.budget().spent_now(); };
  return cycles_within(limit_, context.layer(), schedule, traffic, timing_, stop, StepLimit::many)
      .has_value();
}

}  // namespace hwcvp::optimizer
