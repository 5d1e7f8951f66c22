// The objective of least traffic in limited time.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/objectives/least_traffic.h"

namespace hwcvp::optimizer {

// For refinement alone: its starts are those of LeastTraffic, which know no limit.
//
// The value is the cost of the traffic; schedules of more than `limit` cycles are not admitted.
class TrafficWithin : public LeastTraffic {
 public:
  // The timing must outlive it.
  TrafficWithin(const MachineTiming& timing, int64_t limit) : timing_(timing), limit_(limit) {}

  bool is_cost() const override { return false; }
  bool may_double_buffers() const override { return true; }
  bool admits(const SearchContext& context, const Schedule& schedule, const Traffic& traffic) const override;

 private:
  const MachineTiming& timing_;
  int64_t limit_;
};

}  // namespace hwcvp::optimizer
