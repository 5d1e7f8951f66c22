// From accumulators to outputs.
#pragma once

#include <cstdint>

namespace hwcvp::hwc {

// What a row of outputs shares.
struct Requantization {
  int32_t multiplier = 0;  // 0 to 2^31 - 1
  uint8_t shift = 0;       // 0 to 62
  bool relu = false;
};

// out[i] = saturate((accumulators[i] * multiplier + r) >> shift), where r is half of 2^shift (0 for shift 0)
// and >> rounds towards minus infinity; with relu, negative results become 0. Accumulators are int16 or int32
// (accumulator_bytes 2 or 4), outputs int8 or int16 (output_bytes 1 or 2); both are dense.
void requantize(const void* accumulators, int64_t accumulator_bytes, int64_t count,
                const Requantization& rule, void* outputs, int64_t output_bytes);

}  // namespace hwcvp::hwc
