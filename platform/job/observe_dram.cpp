#include "platform/job/observe_dram.h"

namespace hwcvp {

DramObservation observe(const TimedDram& dram) {
  const DramSpec& spec = dram.properties().spec;
  DramObservation observation;
  observation.name = spec.name;
  observation.statistics = dram.statistics();
  observation.energy = dram.energy();
  observation.clock_ns = spec.organization.clock_ps() * 1e-3;
  observation.burst_bytes = spec.organization.burst_bytes();
  observation.peak_bytes_per_second = spec.peak_bytes_per_second();
  return observation;
}

}  // namespace hwcvp
