// The objective of fewest bus bytes.
#pragma once

#include <utility>

#include "schedules/optimizer/problem/bus_cost.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// Does not prove anything about bus bytes but that they are no fewer than useful ones, nor look into how they
// are counted: the counter is asked for whole schedules only.
//
// The value is the bytes of bus width that the transactions take, in the best of the layouts to choose from;
// among schedules of equal bus bytes the cost decides, and in the end the bursts.
class LeastBusBytes : public Objective {
 public:
  explicit LeastBusBytes(BusCounter counter) : counter_(std::move(counter)) {}

  const char* name() const override { return "bus_bytes"; }
  void add_to_key(nlohmann::json& key) const override;
  optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                  const Traffic& traffic) const override;
  std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                      const Schedule& schedule, const Traffic& traffic) const override;
  // The context's bound on bytes.
  int64_t bound(const optimizer::SearchContext& context) const override;
  // What the search for least traffic finds, so that no schedule of least traffic takes fewer; and schedules
  // of little traffic that leave rows, channels or filters whole, so that tensors travel in long runs.
  optimizer::Starts starts(optimizer::SearchContext& context) const override;
  ObjectiveFields fields() const override;
  void complete(const Layer& layer, OptimizerResult& result) const override;

 private:
  BusCounter counter_;
};

}  // namespace hwcvp
