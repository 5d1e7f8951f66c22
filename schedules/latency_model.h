// An estimate of how long the HWC takes for a schedule.
#pragma once

#include <cstdint>

#include "schedules/layer.h"
#include "schedules/predictor.h"
#include "schedules/schedule.h"

namespace hwcvp {

// What of the machine the estimate needs, in clock cycles of the HWC.
struct MachineTiming {
  int64_t mac_rows = 1;              // output channels multiplied in a cycle
  int64_t mac_columns = 1;           // input channels multiplied in a cycle
  double bytes_per_cycle = 1;        // that memory port, bus and memory sustain together
  double access_latency_cycles = 0;  // from a request at the memory port to its first byte
};

struct LatencyEstimate {
  int64_t compute_cycles = 0;   // the MAC array is at work
  int64_t transfer_cycles = 0;  // the memory port is at work, with one latency for each region moved
  int64_t cycles = 0;           // from the start of the layer to its end
};

// Does not model: the control processor's time, full FIFOs, requests that overlap one another's latency,
// misaligned bursts, the fill and drain of the pipeline between engines. An estimate, not a bound; nothing is
// checked against it.
//
// Compute cycles are exact for an array that takes ceil(K/mac_rows) x ceil(C/mac_columns) cycles for each
// batch, group, output and filter position of a command. Transfers of tensors that are double-buffered hide
// behind compute, the others do not.
LatencyEstimate estimate_latency(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                                 const MachineTiming& timing);

}  // namespace hwcvp
