// The operators of the vector engine, computed plainly: what its results are checked against.
//
// Shares no code with the machine or with what plans for it. Single precision, in the order that
// docs/networks.md gives, which decides how ties round.
#pragma once

#include <vector>

#include "platform/graph/graph.h"
#include "platform/tensor/tensor.h"

namespace hwcvp::graph {

// The output of an operator of the vector engine, or of a View, for its inputs in order.
HostTensor vector_reference(const Graph& graph, const Operator& op,
                            const std::vector<const HostTensor*>& inputs);

}  // namespace hwcvp::graph
