// The objective of least traffic at nearly full speed.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// Does not prove that nothing costs less at this speed, but where the schedule is of least cost at all; nor
// that nothing is faster, but by latency_bound().
//
// The value is the cost of the traffic, among schedules whose estimated cycles are at most 1 + slack times
// those of the fastest that the search has met; among schedules of equal cost fewer cycles.
class Balanced : public Objective {
 public:
  static constexpr double kSlack = 0.05;

  explicit Balanced(const MachineTiming& timing, double slack = kSlack) : timing_(timing), slack_(slack) {}

  const char* name() const override { return "balanced"; }
  void add_to_key(nlohmann::json& key) const override;
  bool may_double_buffers() const override { return true; }
  optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                  const Traffic& traffic) const override;
  std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                      const Schedule& schedule, const Traffic& traffic) const override;
  int64_t bound(const optimizer::SearchContext& context) const override;
  // The one schedule that the search has chosen.
  optimizer::Starts starts(optimizer::SearchContext& context) const override;
  ObjectiveFields fields() const override;
  void complete(const Layer& layer, OptimizerResult& result) const override;

 private:
  // The most cycles where `fastest` are the fewest.
  int64_t limit(int64_t fastest) const;

  MachineTiming timing_;
  double slack_;
};

}  // namespace hwcvp
