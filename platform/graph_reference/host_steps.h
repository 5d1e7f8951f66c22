// The steps of a network that the host takes: over its edges, in single precision.
#pragma once

#include "platform/graph/graph.h"
#include "platform/tensor/tensor.h"

namespace hwcvp::graph {

// The output of a Quantize, Dequantize or Softmax.
HostTensor host_step(const Graph& graph, const Operator& op, const HostTensor& input);

}  // namespace hwcvp::graph
