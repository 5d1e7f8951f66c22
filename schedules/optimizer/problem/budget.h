// When a search has to stop.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "schedules/optimizer/problem/options.h"

namespace hwcvp::optimizer {

// Time limit and cancellation of one search, or of a part of it. Cheap enough to ask in every node.
class Budget {
 public:
  explicit Budget(const OptimizerOptions& options)
      : cancel_(options.cancel), limit_seconds_(options.time_limit_seconds) {}

  // For a part of the search: a share of the whole time from now on, but no more than what is left of it. No
  // limit stays none. The whole budget must outlive it.
  Budget slice(double share) { return Budget(*this, share); }

  // True once the time is over or the search was cancelled, and for ever after.
  bool spent() { return spent_ || (++asked_ % kInterval == 0 ? spent_now() : cancelled()); }
  // The same for questions that lie far apart: always looks at the clock.
  bool spent_now() {
    if (spent_ || cancelled()) return true;
    if (limit_seconds_ > 0 && seconds() > limit_seconds_) end();
    return spent_;
  }
  // What spent() last said, without asking anew.
  bool was_spent() const { return spent_; }
  // This budget or a slice of it was spent: what was found may depend on the time.
  bool cut_short() const { return cut_short_; }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  static constexpr uint64_t kInterval = 64;  // questions between two looks at the clock
  static constexpr double kLeast = 1e-9;     // seconds of a slice, where 0 would stand for no limit

  Budget(Budget& whole, double share) : cancel_(whole.cancel_), whole_(&whole) {
    if (whole.limit_seconds_ <= 0) return;
    const double left = whole.limit_seconds_ - whole.seconds();
    limit_seconds_ = std::max(kLeast, std::min(share * whole.limit_seconds_, left));
  }

  bool cancelled() {
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) end();
    return spent_;
  }
  void end() {
    spent_ = true;
    for (Budget* budget = this; budget != nullptr; budget = budget->whole_) budget->cut_short_ = true;
  }

  const std::atomic<bool>* cancel_;
  double limit_seconds_ = 0;
  Budget* whole_ = nullptr;  // that this one is a slice of
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  uint64_t asked_ = 0;
  bool spent_ = false;
  bool cut_short_ = false;
};

}  // namespace hwcvp::optimizer
