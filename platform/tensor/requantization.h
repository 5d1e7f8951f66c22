// The per-output-channel constants of a layer: bias, and where outputs are requantized, multiplier and shift,
// or a scale in single precision.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// One value for each output channel of all groups together. `multipliers` and `shifts` are empty where the
// layer's output is int32 or is made in single precision; `scales` is empty everywhere else.
struct LayerParams {
  // Accumulators start here, modulo 2^32 or 2^16.
  std::vector<int32_t> bias;
  // output = saturate((accumulator * multiplier + rounding) >> shift), as docs/hwc-programming.md defines it.
  std::vector<int32_t> multipliers;  // 0 to 2^31 - 1
  std::vector<uint8_t> shifts;       // 0 to kMaxShift
  // Or those of Layer::scales, as docs/hwc-programming.md defines single precision.
  std::vector<float> scales;  // finite, above 0
};

inline constexpr int kMaxShift = 62;

// Bias, multipliers and shifts for uniformly random operands, pseudo-random from the seed and the layer's
// name; scales are the layer's own where it has any. Outputs use the range of their type and a few of them
// saturate: three standard deviations of the accumulators, or the range of accumulators that wrap, meet the
// largest output, times a factor that differs between channels.
LayerParams random_params(const Layer& layer, uint64_t seed);

// The same with the user's bias, an int32 tensor {out_channels}. Throws std::invalid_argument for another
// type or shape.
LayerParams random_params(const Layer& layer, uint64_t seed, const HostTensor& bias);

// Throws InputError, with a line that begins with `where` and names the field, unless the constants are legal
// for the layer: one for each output channel, multipliers, shifts and scales in range, and absent where the
// layer has none.
void validate(const LayerParams& params, const Layer& layer, const std::string& where);

// The constants as the accelerator reads them: all biases, then all multipliers and all shifts, or all
// scales; layer.params_bytes() bytes.
std::vector<uint8_t> serialize(const LayerParams& params);

}  // namespace hwcvp
