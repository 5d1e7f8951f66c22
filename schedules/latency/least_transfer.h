// Cycles that transfers take at least.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Does not model: latencies, rows that are opened, refresh, bursts that touch parts of words or accesses. All
// of them only take longer, and a layer may be so short that none of them comes.
//
// Cycles of the HWC that so many bytes take at least, each of which travels between memory and HWC: the bus
// moves a word in a cycle of its own; a simple memory no more than its rate; and a channel of a DRAM one
// access in the time that the access holds the data bus, or in the least distance of two column commands
// where that were less.
int64_t least_transfer_cycles(int64_t bytes, const MachineTiming& timing);

// That every schedule of the layer takes: for what is compulsory.
int64_t least_transfer_cycles(const Layer& layer, const MachineTiming& timing);

}  // namespace hwcvp
