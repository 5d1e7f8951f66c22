// What is asked of a search for schedules.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "schedules/constraints/constraints.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/error.h"

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

// No schedule fits in the buffer and meets the constraints.
class NothingFits : public InputError {
 public:
  using InputError::InputError;
};

}  // namespace hwcvp
