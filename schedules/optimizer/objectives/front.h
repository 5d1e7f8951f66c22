// The objective that asks for bytes and cycles at once.
#pragma once

#include <cstdint>
#include <optional>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// Does not prove that nothing lies below the front: only its ends have bounds, that on the cost and
// latency_bound().
//
// The result is a schedule of least cost, among equal ones with the fewest estimated cycles; beside it
// OptimizerResult::front has what was found that is faster, for more bytes.
class Front : public Objective {
 public:
  explicit Front(const MachineTiming& timing) : timing_(timing) {}

  const char* name() const override { return "front"; }
  void add_to_key(nlohmann::json& key) const override;
  bool may_double_buffers() const override { return true; }
  optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                  const Traffic& traffic) const override;
  std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                      const Schedule& schedule, const Traffic& traffic) const override;
  int64_t bound(const optimizer::SearchContext& context) const override;
  // The schedule of least cost; the others go to the context.
  optimizer::Starts starts(optimizer::SearchContext& context) const override;
  ObjectiveFields fields() const override;
  void complete(const Layer& layer, OptimizerResult& result) const override;

 private:
  MachineTiming timing_;
};

}  // namespace hwcvp
