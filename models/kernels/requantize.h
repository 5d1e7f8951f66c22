// From accumulators to outputs of 8 bits in single precision, an instruction set each file like the
// convolution.
#pragma once

#include <cstdint>

namespace hwcvp::kernels {

// What a row of outputs shares.
struct SinglePrecision {
  float scale = 1;                        // finite, above 0
  int32_t zero = 0, least = 0, most = 0;  // within -128 to 255; least <= most
};

// outputs[i] = the low byte of limit(round_half_even(float(accumulators[i]) * scale) + zero), where limit
// means at least `least`, at most `most`. Conversion and product are rounded once each, to IEEE single
// precision, half to even; the processor is in that mode. Every instruction set gives the same bits.
void requantize(const int32_t* accumulators, int64_t count, const SinglePrecision& rule, uint8_t* outputs);

}  // namespace hwcvp::kernels
