// How long oneDNN takes for a layer, to set other times against.
#pragma once

#include "schedules/workload/layer.h"

namespace hwcvp {

// Seconds of the fastest of `repetitions` (at least 1) runs of an int8 layer by oneDNN's convolution on one
// thread, with pseudo-random operands in the memory formats that it prefers: making the primitive and
// reordering are not counted. Outputs are int8 by a scale for each channel where output_type is int8, else
// the 32-bit sums. Throws std::invalid_argument unless input and weights are int8, std::runtime_error where
// oneDNN has no such convolution or was not built in.
double onednn_seconds(const Layer& layer, int repetitions);

}  // namespace hwcvp
