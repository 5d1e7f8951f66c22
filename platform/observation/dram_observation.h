// What a timed DRAM did in a run.
#pragma once

#include <cstdint>
#include <string>

#include "models/dram/controller/energy.h"
#include "models/dram/controller/statistics.h"

namespace hwcvp {

struct DramObservation {
  std::string name;  // of the specification
  DramStatistics statistics;
  DramEnergy energy;
  double clock_ns = 0;
  int64_t burst_bytes = 0;
  double peak_bytes_per_second = 0;

  // Bytes asked for by the time in which requests were under way.
  double bytes_per_second() const;
};

}  // namespace hwcvp
