// Where a layer stands under the roofline of the machine.
#pragma once

#include <cstdint>

#include "schedules/latency/latency_model.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// What takes longest where everything overlaps: bytes at the sustained rate of bus and memory, the MAC array,
// one of its ports to the buffers, or starting and issuing compute commands.
enum class RooflineBound : uint8_t { memory, array, input_port, weight_port, accumulator_port, commands };
// "memory", "array", "input_port", "weight_port", "accumulator_port", "commands".
const char* to_string(RooflineBound bound);

// Multiply-accumulates per cycle.
struct RooflinePosition {
  double macs_per_byte = 0;           // arithmetic intensity: of all bytes that move
  double memory_macs_per_cycle = 0;   // roof of bus and memory at this intensity
  double compute_macs_per_cycle = 0;  // roof of the compute engine with the tiles of the schedule
  double issue_macs_per_cycle = 0;    // roof of the processor that issues its commands; 0: it takes no time
  double attainable_macs_per_cycle = 0;  // the lowest roof
  double achieved_macs_per_cycle = 0;    // at or below it
  // Of the MAC array, what multiplies in the mean while the compute engine is at work; at most 1.
  double array_utilization = 0;
  RooflineBound bound = RooflineBound::array;
};

// Does not model: what can not overlap, such as loads into a single buffer, which keeps a layer below the
// roof.
//
// The roofline of Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for
// multicore architectures", CACM 52(4), 2009: what a layer attains is the lower of what bus and memory
// sustain, which is the intensity times their bytes in a cycle, and of what the machine multiplies in a
// cycle. The latter is lower than the MAC array's peak where tiles do not fill the array, where a port holds
// it up, and by the starts of commands (ceilings, there); so it is that of the schedule. `macs`, the bytes of
// `traffic` and `cycles` are at least 1, of one layer; of `estimate`, its own, only the compute commands
// matter.
RooflinePosition roofline_position(int64_t macs, const Traffic& traffic, int64_t cycles,
                                   const LatencyEstimate& estimate, const MachineTiming& timing);

}  // namespace hwcvp
