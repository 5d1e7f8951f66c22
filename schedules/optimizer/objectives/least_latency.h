// The objective of least time.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// Does not prove anything, nor look into the latency model: that is asked for whole schedules only.
//
// The value is the estimated cycles; among schedules of equal cycles the cost decides.
class LeastLatency : public Objective {
 public:
  explicit LeastLatency(const MachineTiming& timing) : timing_(timing) {}

  const char* name() const override { return "latency"; }
  void add_to_key(nlohmann::json& key) const override;
  bool may_double_buffers() const override { return true; }
  optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                  const Traffic& traffic) const override;
  std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                      const Schedule& schedule, const Traffic& traffic) const override;
  int64_t bound(const optimizer::SearchContext& context) const override;
  // The schedule of least traffic, what FrontSearch knows of few cycles, and the schedule of the search for
  // least traffic with two buffers for all, so that the result is no slower than any of these. The fastest
  // are refined, as long as they are not close to the bound.
  optimizer::Starts starts(optimizer::SearchContext& context) const override;
  ObjectiveFields fields() const override;
  void complete(const Layer& layer, OptimizerResult& result) const override;

 private:
  MachineTiming timing_;
};

// Cycles that no estimate for any schedule of the layer undercuts: all multiply-accumulates in commands that
// fill the MAC array as far as the channels allow, or the compulsory bytes at the sustained rate.
int64_t latency_bound(const Layer& layer, const MachineTiming& timing);

}  // namespace hwcvp
