// What the firmware in sw/ costs on the emulated core, as bench/firmware_costs has measured it.
#pragma once

#include "schedules/latency/machine_timing.h"

namespace hwcvp::latency {

// Instructions for each piece of work, those of its register accesses included. A test sets them against the
// machine; where the firmware has changed, bench/firmware_costs prints the table anew.
inline constexpr FirmwareCosts kMeasuredFirmwareCosts = {{
    49.6,     // step
    37.1,     // moved_loop
    4.7,      // new_limit
    24.8,     // tile_start
    6.7,      // tile_count
    45.1,     // input_look
    6.2,      // input_range
    59.9,     // input_hull
    26.6,     // input_change
    146.5,    // input_slide
    21.1,     // input_part
    54.0,     // weight_look
    23.8,     // weight_range
    20.2,     // weight_load
    84.6,     // output_look
    34.0,     // output_range
    12.7,     // visit_range
    24.1,     // output_change
    13.2,     // output_load
    45.9,     // output_store
    33.5,     // staged_box
    4.0,      // staged_axis
    3.1,      // box_register
    64.0,     // room_question
    0.0,      // sleep
    113.5,    // loop
    27.2,     // hull_piece
    10.6,     // hull_loop
    19511.5,  // job
}};

}  // namespace hwcvp::latency
