// What is asked of a search for schedules.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "schedules/constraints/constraints.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/error.h"

namespace hwcvp {

class Objective;

struct OptimizerOptions {
  int64_t buffer_bytes = 0;  // shared by the three tensors
  // Tensors with two buffers each. Some objectives may give two to others as well.
  PerTensor<bool> double_buffer = {false, false, false};
  Constraints constraints;
  // What is to be least (schedules/optimizer/objectives). None stands for LeastTraffic.
  std::shared_ptr<const Objective> objective;
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
