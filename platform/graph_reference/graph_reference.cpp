#include "platform/graph_reference/graph_reference.h"

#include <optional>

#include "platform/graph_reference/host_steps.h"
#include "platform/graph_reference/vector_reference.h"

namespace hwcvp::graph {

namespace {

HostTensor convolved(const Graph& graph, const Operator& op, const Convolution& convolution,
                     const HostTensor& x, const ReferenceOptions& options) {
  const Layer& layer = convolution.layer;
  LayerParams params;
  params.bias = convolution.bias;
  params.scales = layer.scales;
  // A matrix product's operands have another shape than the convolution that it runs as.
  HostTensor input(x.type(), input_shape(layer));
  std::copy(x.bytes(), x.bytes() + x.size_bytes(), input.bytes());
  const HostTensor output = reference_convolution(layer, input, convolution.weights, params, options).output;
  HostTensor y(output.type(), graph.values[op.output].shape);
  std::copy(output.bytes(), output.bytes() + output.size_bytes(), y.bytes());
  return y;
}

}  // namespace

HostTensor operator_reference(const Graph& graph, const Operator& op,
                              const std::vector<const HostTensor*>& inputs, const ReferenceOptions& options) {
  if (const auto* convolution = std::get_if<Convolution>(&op.action)) {
    return convolved(graph, op, *convolution, *inputs[0], options);
  }
  if (engine_of(op) == Engine::host) return host_step(graph, op, *inputs[0]);
  return vector_reference(graph, op, inputs);
}

void run_reference(const Graph& graph, const std::vector<HostTensor>& inputs, const ReferenceOptions& options,
                   const std::function<void(ValueIndex value, const HostTensor& tensor)>& on_value) {
  std::vector<size_t> last_use(graph.values.size(), 0);
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    for (const ValueIndex v : graph.operators[i].inputs) last_use[v] = i;
  }
  std::vector<std::optional<HostTensor>> values(graph.values.size());
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    values[graph.inputs[i]] = inputs.at(i);
    on_value(graph.inputs[i], inputs[i]);
  }
  for (const Constant& constant : graph.constants) values[constant.value] = constant.tensor;
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    std::vector<const HostTensor*> operands;
    for (const ValueIndex v : op.inputs) operands.push_back(&values[v].value());
    values[op.output] = operator_reference(graph, op, operands, options);
    on_value(op.output, *values[op.output]);
    for (const ValueIndex v : op.inputs) {
      if (last_use[v] == i) values[v].reset();
    }
  }
}

}  // namespace hwcvp::graph
