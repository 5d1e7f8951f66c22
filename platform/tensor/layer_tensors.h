// The operands of one layer.
#pragma once

#include <cstdint>

#include "platform/tensor/requantization.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerTensors {
  HostTensor input;    // {B, C, H, W}
  HostTensor weights;  // {M, C/group, KH, KW}
  LayerParams params;
};

// Pseudo-random operands over the full range of their types, the same for the same seed and layer.
LayerTensors random_tensors(const Layer& layer, uint64_t seed);

}  // namespace hwcvp
