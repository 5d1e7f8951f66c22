// Search for the schedule with the least traffic.
#pragma once

#include <atomic>
#include <cstdint>

#include "schedules/predictor.h"

namespace hwcvp {

struct OptimizerOptions {
  int64_t buffer_bytes = 0;  // shared by the three tensors
  PerTensor<bool> double_buffer = {false, false, false};
  double time_limit_seconds = 0;  // 0: no limit
  const std::atomic<bool>* cancel =
      nullptr;  // set it from another thread or a signal: the best so far is returned
};

struct OptimizerResult {
  Schedule schedule;
  Prediction prediction;
  int64_t proven_bound = 0;  // bytes that no schedule moves less than, as this search knows; params included
  bool optimal = false;      // proven_bound equals the schedule's traffic
  int64_t evaluated = 0;     // nodes of the search that were evaluated
  double seconds = 0;
};

// The best schedule found for a legal layer; it always fits in the buffer. Throws InputError where no
// schedule fits.
OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options);

}  // namespace hwcvp
