// Search for the schedule with the least traffic, the fewest bus bytes, or the least time.
#pragma once

#include <cstdint>

#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/problem/options.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp {

struct OptimizerResult {
  Schedule schedule;
  Prediction prediction;
  int64_t cost = 0;          // of the traffic, at the prices of the constraints
  int64_t proven_bound = 0;  // bytes that no schedule moves less than, as this search knows; params included
  int64_t proven_cost = 0;   // cost that no schedule undercuts, as this search knows
  // No schedule that the constraints allow costs less: proven_cost equals the cost. Never set for `latency`;
  // for `bus_bytes`, that the bus bytes equal proven_bound.
  bool optimal = false;
  BusCost bus;  // for the objective `bus_bytes`
  // For the objective `latency`: the estimate, and cycles that no estimate undercuts.
  LatencyEstimate latency;
  int64_t latency_bound = 0;
  int64_t evaluated = 0;  // nodes of the search that were evaluated
  bool finished = false;  // neither time limit nor cancellation ended the search
  double seconds = 0;
};

// The best schedule found for a legal layer; it always fits in the buffer and meets the constraints. Throws
// NothingFits where no schedule does.
OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options);

}  // namespace hwcvp
