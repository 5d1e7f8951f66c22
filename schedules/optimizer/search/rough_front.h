// What is known of bytes and cycles at once, while cycles are only guessed.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/nest/schedule.h"

namespace hwcvp::optimizer {

// A compact schedule that fits, its cost without constants, and a guess at its cycles.
struct RoughSchedule {
  Schedule schedule;
  int64_t cost = 0;
  double cycles = 0;
};

// Schedules of which none costs less and takes fewer cycles than another. What costs no less than a known one
// and is hardly faster is left out, so that there are few.
class RoughFront {
 public:
  // True where a schedule like this would be taken.
  bool takes(int64_t cost, double cycles) const;
  void offer(const RoughSchedule& schedule);
  // By ascending cycles and descending cost.
  const std::vector<RoughSchedule>& all() const { return all_; }
  // Those of at most so many cycles: the first ones of all().
  size_t count_within(double cycles) const;

 private:
  std::vector<RoughSchedule> all_;
};

}  // namespace hwcvp::optimizer
