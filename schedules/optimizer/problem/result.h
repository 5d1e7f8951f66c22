// What a search for schedules finds.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "schedules/latency/latency_model.h"
#include "schedules/nest/schedule.h"
#include "schedules/optimizer/problem/bus_cost.h"
#include "schedules/optimizer/problem/proof.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp {

// A schedule that is worth having where both bytes and cycles count.
struct FrontPoint {
  Schedule schedule;
  Prediction prediction;
  int64_t cost = 0;    // of the traffic, at the prices of the constraints
  int64_t cycles = 0;  // estimated
};

struct OptimizerResult {
  Schedule schedule;
  Prediction prediction;
  int64_t value =
      std::numeric_limits<int64_t>::max();  // of the objective; this where the search does not know it
  int64_t cost = 0;                         // of the traffic, at the prices of the constraints
  int64_t proven_bound = 0;  // bytes that no schedule moves less than, as this search knows; params included
  int64_t proven_cost = 0;   // cost that no schedule undercuts, as this search knows
  // What these bounds rest on.
  Proof proof = Proof::compulsory;
  // No schedule that the constraints allow is better by the objective. For LeastTraffic: proven_cost equals
  // the cost, as for Front; for LeastBusBytes: the bus bytes equal proven_bound; for Balanced: proven_cost
  // equals the cost and the cycles are within the slack of latency_bound; never set by LeastLatency.
  bool optimal = false;
  BusCost bus;  // of LeastBusBytes
  // Of LeastLatency, Balanced and Front: the estimate, and cycles that no estimate undercuts.
  LatencyEstimate latency;
  int64_t latency_bound = 0;
  // Of Front: by ascending cycles and descending cost, the schedule of the result last.
  std::vector<FrontPoint> front;
  int64_t evaluated = 0;  // nodes of the search that were evaluated
  bool finished = false;  // neither time limit nor cancellation ended the search or a part of it
  double seconds = 0;
};

}  // namespace hwcvp
