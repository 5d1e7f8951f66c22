// What the DRAM of a machine did.
#pragma once

#include "models/dram/timed_dram.h"
#include "platform/observation/dram_observation.h"

namespace hwcvp {

// Since the start of the simulation.
DramObservation observe(const TimedDram& dram);

}  // namespace hwcvp
