#include "platform/plan/operator_prediction.h"

#include <algorithm>

namespace hwcvp::plan {

OperatorPrediction& OperatorPrediction::operator+=(const OperatorPrediction& other) {
  traffic += other.traffic;
  cycles += other.cycles;
  macs += other.macs;
  buffer_bytes = std::max(buffer_bytes, other.buffer_bytes);
  runs |= other.runs;
  return *this;
}

std::vector<OperatorPrediction> predict_operators(const graph::Graph& graph, const NetworkPlan& plan) {
  std::vector<OperatorPrediction> operators(graph.operators.size());
  for (const NetworkJob& job : plan.jobs) {
    operators[job.op] += {job.predicted.traffic, job.predicted_cycles, job.vector ? 0 : job.layer.macs(),
                          job.predicted.buffer.total(), true};
  }
  return operators;
}

OperatorPrediction total(const std::vector<OperatorPrediction>& operators) {
  OperatorPrediction sum;
  for (const OperatorPrediction& op : operators) sum += op;
  return sum;
}

}  // namespace hwcvp::plan
