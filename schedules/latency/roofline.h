// Where a layer stands under the roofline of the machine.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

struct RooflinePosition {
  double macs_per_byte = 0;              // arithmetic intensity: of all bytes that move
  double attainable_macs_per_cycle = 0;  // the roof at this intensity
  double achieved_macs_per_cycle = 0;    // at or below it
  bool memory_bound = false;             // the roof is the memory's; else that of the MAC array
};

// Does not model: layers that leave rows or columns of the MAC array idle, whose roof is lower.
//
// The roofline of Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for
// multicore architectures", CACM 52(4), 2009: the lower of what the MAC array multiplies in a cycle, and the
// intensity times the bytes that bus and memory sustain in a cycle. `macs`, the bytes of `traffic` and
// `cycles` are at least 1, of one layer.
RooflinePosition roofline_position(int64_t macs, const Traffic& traffic, int64_t cycles,
                                   const MachineTiming& timing);

}  // namespace hwcvp
