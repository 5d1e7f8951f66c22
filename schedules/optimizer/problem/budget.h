// When a search has to stop.
#pragma once

#include <chrono>
#include <cstdint>

#include "schedules/optimizer/problem/options.h"

namespace hwcvp::optimizer {

// Time limit and cancellation of one search. Cheap enough to ask in every node.
class Budget {
 public:
  explicit Budget(const OptimizerOptions& options)
      : options_(options), start_(std::chrono::steady_clock::now()) {}

  // True once the time is over or the search was cancelled, and for ever after.
  bool spent() {
    if (spent_) return true;
    if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) spent_ = true;
    if (options_.time_limit_seconds > 0 && ++asked_ % kInterval == 0) {
      spent_ = spent_ || seconds() > options_.time_limit_seconds;
    }
    return spent_;
  }
  // What spent() last said, without asking anew.
  bool was_spent() const { return spent_; }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  static constexpr uint64_t kInterval = 64;  // questions between two looks at the clock

  const OptimizerOptions& options_;
  std::chrono::steady_clock::time_point start_;
  uint64_t asked_ = 0;
  bool spent_ = false;
};

}  // namespace hwcvp::optimizer
