// The per-output-channel constants of a layer: bias, and where outputs are requantized, multiplier and shift.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// One value for each output channel of all groups together. `multipliers` and `shifts` are empty where the
// layer's output is int32.
struct LayerParams {
  // Accumulators start here, modulo 2^32 or 2^16.
  std::vector<int32_t> bias;
  // output = saturate((accumulator * multiplier + rounding) >> shift), as docs/hwc-programming.md defines it.
  std::vector<int32_t> multipliers;  // 0 to 2^31 - 1
  std::vector<uint8_t> shifts;       // 0 to kMaxShift
};

inline constexpr int kMaxShift = 62;

// Bias, multipliers and shifts for uniformly random operands, pseudo-random from the seed and the layer's
// name. Outputs use the range of their type and a few of them saturate: three standard deviations of the
// accumulators, or the range of accumulators that wrap, meet the largest output, times a factor that differs
// between channels.
LayerParams random_params(const Layer& layer, uint64_t seed);

// The same with the user's bias, an int32 tensor {out_channels}. Throws std::invalid_argument for another
// type or shape.
LayerParams random_params(const Layer& layer, uint64_t seed, const HostTensor& bias);

// Throws InputError, with a line that begins with `where` and names the field, unless the constants are legal
// for the layer: one for each output channel, multipliers and shifts in range, and absent where the output is
// int32.
void validate(const LayerParams& params, const Layer& layer, const std::string& where);

// The constants as the accelerator reads them: all biases, all multipliers, all shifts; layer.params_bytes()
// bytes.
std::vector<uint8_t> serialize(const LayerParams& params);

}  // namespace hwcvp
