#include "platform/observation/dram_observation.h"

namespace hwcvp {

double DramObservation::bytes_per_second() const {
  const double seconds = static_cast<double>(statistics.busy_cycles) * clock_ns * 1e-9;
  return seconds > 0 ? static_cast<double>(statistics.request_bytes) / seconds : 0;
}

}  // namespace hwcvp
