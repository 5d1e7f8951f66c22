// Convolution sums line by line, for layers with few channels in a group.
#pragma once

#include <cstdint>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Overwrites `sums` {M, OH, OW} with the sums of products, modulo 2^32, of one image {C, H, W} and weights
// {M, C/group, KH, KW}. Right for any layer; fast where groups are so small (depthwise layers) that gathering
// the inputs of a pixel costs more than multiplying them, and lines are not very short.
void line_convolution(const Layer& layer, const void* image, const void* weights, uint32_t* sums);

}  // namespace hwcvp
