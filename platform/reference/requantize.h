// Requantization of a row of sums, as docs/hwc-programming.md defines it.
#pragma once

#include <cstdint>

#include "schedules/workload/layer.h"

namespace hwcvp {

// The constants of one output channel; multiplier and shift are not used for int32 outputs, and where the
// layer has scales, scale is used instead.
struct ChannelParams {
  int32_t bias = 0;
  int32_t multiplier = 0;
  int shift = 0;
  float scale = 0;
};

// Turns sums of products (modulo 2^32) of one channel into `count` outputs of the layer's output_type: adds
// the bias, wraps to accumulator_type, and, unless outputs are int32, multiplies, shifts with rounding,
// saturates, and clamps at zero with `relu`; or multiplies in single precision, rounds half to even, adds the
// zero point, and limits, with `relu` at the zero point from below.
void requantize(const Layer& layer, const ChannelParams& params, bool relu, const uint32_t* sums,
                int64_t count, void* outputs);

}  // namespace hwcvp
