// The time that a bound takes.
#pragma once

#include <cstdint>

#include "schedules/optimizer/problem/budget.h"

namespace hwcvp::optimizer {

// Thrown where a bound takes more time or memory than it may. Nothing is proven then.
class BoundGivenUp {};

// Everything in a bound that walks along an axis says so here, by steps of some nanoseconds. The clock is
// looked at every so many of them, so that no single walk outlasts its budget.
class BoundSteps {
 public:
  // From now on the budget counts; before, nothing ends the walks. It must outlive the last step.
  void begin(Budget& budget) { budget_ = &budget; }
  void take(int64_t steps) {
    left_ -= steps;
    if (left_ < 0) look();
  }

 private:
  static constexpr int64_t kBetweenLooks = 1 << 16;

  void look() {
    left_ = kBetweenLooks;
    if (budget_ != nullptr && budget_->spent_now()) throw BoundGivenUp();
  }

  Budget* budget_ = nullptr;
  int64_t left_ = kBetweenLooks;
};

}  // namespace hwcvp::optimizer
