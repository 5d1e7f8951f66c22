// A schedule, what it costs and how long it takes.
#pragma once

#include <cstdint>

#include "schedules/nest/schedule.h"

namespace hwcvp::optimizer {

// A schedule that fits, its cost without per-output-channel constants, and the estimated cycles.
struct TimedSchedule {
  Schedule schedule;
  int64_t cost = 0;
  int64_t cycles = 0;
};

}  // namespace hwcvp::optimizer
