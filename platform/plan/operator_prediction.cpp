#include "platform/plan/operator_prediction.h"

#include <algorithm>

namespace hwcvp::plan {

namespace {

// The time of a stack cannot be told apart by its operators; the first has it.
void add_members(const NetworkJob& job, std::vector<OperatorPrediction>& operators) {
  const StackJob& stack = *job.stack;
  for (size_t i = 0; i < stack.members.size(); ++i) {
    OperatorPrediction& op = operators[stack.members[i].op];
    op.macs += stack.cost.operators[i].macs;
    op.buffer_bytes = job.predicted.buffer.total();
    op.runs = true;
  }
  for (const StackPart& part : stack.parts) {
    operators[part.op].traffic += traffic_of(part.carried, part.predicted);
  }
  operators[job.op].cycles += job.predicted_cycles;
}

}  // namespace

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
    if (job.stack) {
      add_members(job, operators);
      continue;
    }
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
