// A whole network, computed plainly: what the machine's tensors are checked against.
#pragma once

#include <functional>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/reference/convolution.h"
#include "platform/tensor/tensor.h"

namespace hwcvp::graph {

// The output of any one operator for its inputs in order.
HostTensor operator_reference(const Graph& graph, const Operator& op,
                              const std::vector<const HostTensor*>& inputs,
                              const ReferenceOptions& options = {});

// All values of a graph for its inputs, in the order of Graph::inputs. `on_value` is told of each as it is
// computed; values are kept only as long as an operator needs them.
void run_reference(const Graph& graph, const std::vector<HostTensor>& inputs, const ReferenceOptions& options,
                   const std::function<void(ValueIndex value, const HostTensor& tensor)>& on_value);

}  // namespace hwcvp::graph
