// The reference for the HWCE: what its saturating partial sums make of a layer.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Shares no code with the model's datapath, and knows nothing of planes, stripes and words.
//
// Output maps start at their constant. Then, for each input channel, each pair of phases of the stride (row
// and column of a tap modulo the stride) and each square of `filter` x `filter` taps of that phase, in this
// order, rows before columns:
//   y = saturate16(y + floor((sum of input * weight over these taps + 2^(shift-1)) / 2^shift)),
// without the 2^(shift-1) where shift is 0. Input {B, C, H, W} and weights {M, C/group, KH, KW} are int16,
// constants one for each output channel. Dilations are 1. Returns int16 {B, M, OH, OW}.
HostTensor reference_hwce(const Layer& layer, int64_t filter, int shift, const HostTensor& input,
                          const HostTensor& weights, const std::vector<int16_t>& constants);

}  // namespace hwcvp
