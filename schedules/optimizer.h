// Search for the schedule with the least traffic, the fewest bus bytes, or the least time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "schedules/constraints.h"
#include "schedules/error.h"
#include "schedules/latency_model.h"
#include "schedules/predictor.h"

namespace hwcvp {

// What is to be least. `traffic`: its cost, bytes times prices; among schedules of equal cost the bytes.
// `latency`: the estimated cycles, among equal ones the cost. `bus_bytes`: the bytes of bus width that the
// transactions take, in the best of the layouts to choose from, among equal ones the cost.
enum class Objective { traffic, latency, bus_bytes };

// Fewer bytes come first, then fewer bursts.
struct BusCost {
  int64_t bus_bytes = 0;
  int64_t bursts = 0;
};
bool operator<(const BusCost& a, const BusCost& b);

// How the objective `bus_bytes` is counted.
struct BusCounter {
  // Of a legal schedule of a legal layer, in the best layouts; called from several threads. Bus bytes are no
  // fewer than the bytes of the schedule's traffic.
  std::function<BusCost(const Layer& layer, const Schedule& schedule)> cost;
  std::string machine;  // everything that decides it, for caches
};

struct OptimizerOptions {
  int64_t buffer_bytes = 0;  // shared by the three tensors
  // Tensors with two buffers each. With the objective `latency` the others may get two as well.
  PerTensor<bool> double_buffer = {false, false, false};
  Constraints constraints;
  Objective objective = Objective::traffic;
  MachineTiming timing;           // for the objective `latency`
  BusCounter bus;                 // for the objective `bus_bytes`
  double time_limit_seconds = 0;  // 0: no limit
  const std::atomic<bool>* cancel =
      nullptr;  // set it from another thread or a signal: the best so far is returned
};

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

// No schedule fits in the buffer and meets the constraints.
class NothingFits : public InputError {
 public:
  using InputError::InputError;
};

// The best schedule found for a legal layer; it always fits in the buffer and meets the constraints. Throws
// NothingFits where no schedule does.
OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options);

}  // namespace hwcvp
