// Clock cycles of a DRAM as simulated time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <systemc>

#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Does not drift: a cycle's time is rounded to the simulator's resolution by itself. Cycle 0 begins at time
// 0.
class Clock {
 public:
  explicit Clock(const DramSpec& spec)
      : ticks_(spec.organization.clock_ps() * 1e-12 *
               static_cast<double>(sc_core::sc_time(1, sc_core::SC_SEC).value())) {}

  sc_core::sc_time time_of(DramCycle cycle) const {
    return sc_core::sc_time::from_value(
        static_cast<uint64_t>(std::llround(static_cast<double>(cycle) * ticks_)));
  }
  // The first cycle that begins at or after a time.
  DramCycle cycle_at(const sc_core::sc_time& time) const {
    return std::max<DramCycle>(
        0, static_cast<DramCycle>(std::ceil((static_cast<double>(time.value()) - 0.5) / ticks_)));
  }

 private:
  const double ticks_;  // of the simulator, in a cycle
};

}  // namespace hwcvp::dram
