// The convolution of a layer straight from its definition, one output element at a time; slow and obvious.
#pragma once

#include "platform/tensor/requantization.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

HostTensor convolution_by_definition(const Layer& layer, const HostTensor& input, const HostTensor& weights,
                                     const LayerParams& params, bool relu);

// Pseudo-random tensors and constants for a layer.
struct Operands {
  Operands(const Layer& layer, uint64_t seed);

  HostTensor input, weights;
  LayerParams params;
};

}  // namespace hwcvp
