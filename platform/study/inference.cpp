#include "platform/study/inference.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "platform/graph_reference/graph_reference.h"
#include "platform/graph_reference/host_steps.h"
#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"
#include "platform/plan/operator_prediction.h"

namespace hwcvp {

using graph::Operator;
using graph::ValueIndex;

namespace {

int64_t differing_elements(const HostTensor& a, const HostTensor& b) {
  const auto size = static_cast<size_t>(bytes(a.type()));
  int64_t count = 0;
  for (int64_t i = 0; i < a.elements(); ++i) {
    const size_t at = static_cast<size_t>(i) * size;
    if (std::memcmp(a.bytes() + at, b.bytes() + at, size) != 0) ++count;
  }
  return count;
}

StackReport predicted_stack(const plan::NetworkJob& job) {
  const plan::StackJob& stack = *job.stack;
  StackReport report;
  for (const plan::StackJob::Member& member : stack.members) report.operators.push_back(member.op);
  report.predicted = job.predicted.traffic;
  report.predicted_cycles = job.predicted_cycles;
  report.macs = stack.cost.macs;
  report.own_macs = stack.own_macs;
  report.buffer_bytes = stack.cost.buffer_bytes();
  for (const plan::StackPart& part : stack.parts)
    report.parts.push_back({part.name, part.carried, part.predicted, 0});
  return report;
}

// Of each part, in the plan's order, also to the operator that it counts to.
void add_parts(const plan::StackJob& stack, const JobObservation& observed, StackReport& report,
               std::vector<OperatorReport>& operators) {
  for (size_t i = 0; i < stack.parts.size(); ++i) {
    const PartObservation& part = observed.parts.at(i);
    report.parts[i].observed = part.read_bytes + part.write_bytes;
    operators[stack.parts[i].op].observed +=
        plan::traffic_of(stack.parts[i].carried, report.parts[i].observed);
  }
}

// Waits for a task that refers to what its starter holds, whatever ends that.
struct Joined {
  std::future<void>& task;
  ~Joined() {
    if (task.valid()) task.wait();
  }
};

}  // namespace

// What machine and reference have made so far: whichever comes second compares. Of each value only the first
// is kept until then.
struct Inference::Values {
  explicit Values(size_t count) : first(count), checks(count) {}

  void add(ValueIndex value, HostTensor tensor) {
    std::optional<HostTensor> other;
    {
      const std::lock_guard<std::mutex> guard(mutex);
      if (!first[value]) {
        first[value] = std::move(tensor);
        return;
      }
      other = std::move(first[value]);
      first[value].reset();
    }
    const ValueCheck check{differing_elements(*other, tensor), tensor.crc32()};
    const std::lock_guard<std::mutex> guard(mutex);
    checks[value] = check;
  }

  std::mutex mutex;
  std::vector<std::optional<HostTensor>> first;
  std::vector<std::optional<ValueCheck>> checks;
};

InferenceReport Inference::run(const graph::Graph& graph, const plan::NetworkPlan& plan,
                               const std::vector<HostTensor>& inputs, WorkerPool& pool,
                               const Listener& listener) {
  const auto start = std::chrono::steady_clock::now();
  const bool functional = !soc().timing_only();
  InferenceReport report;
  report.operators.resize(graph.operators.size());
  const std::vector<plan::OperatorPrediction> predicted = plan::predict_operators(graph, plan);
  for (size_t i = 0; i < predicted.size(); ++i) {
    OperatorReport& op = report.operators[i];
    op.predicted = predicted[i].traffic;
    op.predicted_cycles = predicted[i].cycles;
    op.macs = predicted[i].macs;
    op.ran = predicted[i].runs;
  }
  std::vector<size_t> stack_of(plan.jobs.size(), 0);
  for (size_t i = 0; i < plan.jobs.size(); ++i) {
    if (!plan.jobs[i].stack) continue;
    stack_of[i] = report.stacks.size();
    report.stacks.push_back(predicted_stack(plan.jobs[i]));
    for (const size_t op : report.stacks.back().operators) report.operators[op].stack = stack_of[i];
  }

  // What the host makes of the network's inputs, before the machine begins.
  std::map<ValueIndex, HostTensor> host;
  std::vector<std::pair<ValueIndex, const HostTensor*>> placed;
  if (functional) {
    for (size_t i = 0; i < graph.inputs.size(); ++i) host.emplace(graph.inputs[i], inputs.at(i));
    for (const graph::Constant& constant : graph.constants) host.emplace(constant.value, constant.tensor);
    for (const Operator& op : graph.operators) {
      if (graph::engine_of(op) != graph::Engine::host || host.count(op.inputs[0]) == 0) continue;
      host.emplace(op.output, graph::host_step(graph, op, host.at(op.inputs[0])));
    }
    for (const auto& [value, tensor] : host) {
      if (plan.memory.places[value].bytes > 0) placed.emplace_back(value, &tensor);
    }
  }

  auto values = std::make_shared<Values>(graph.values.size());
  std::vector<bool> on_machine(graph.values.size(), false);
  for (const Operator& op : graph.operators) {
    on_machine[op.output] =
        graph::engine_of(op) != graph::Engine::host && plan.memory.places[op.output].bytes > 0;
  }
  std::future<void> reference;
  const Joined joined{reference};
  if (functional) {
    // Where the pool has no threads it runs at once.
    reference = pool.submit([&graph, &inputs, values, on_machine] {
      graph::run_reference(graph, inputs, {}, [&](ValueIndex value, const HostTensor& tensor) {
        check_interrupt();
        if (on_machine[value]) values->add(value, tensor);
      });
    });
  }

  std::map<ValueIndex, HostTensor> kept;  // that the host needs afterwards
  std::vector<bool> needed(graph.values.size(), false);
  for (const Operator& op : graph.operators) {
    if (graph::engine_of(op) == graph::Engine::host) needed[op.inputs[0]] = true;
  }
  for (const ValueIndex value : graph.outputs) needed[value] = true;
  NetworkSimulator::Listener steps;
  steps.on_progress = listener.on_progress;
  steps.on_output = [&](size_t op, HostTensor output) {
    const ValueIndex value = graph.operators[op].output;
    if (listener.on_output) listener.on_output(op, output);
    if (needed[value]) kept.emplace(value, output);
    values->add(value, std::move(output));
  };
  steps.on_job = [&](size_t job, const JobObservation& observed) {
    const size_t number = plan.jobs[job].op;
    OperatorReport& op = report.operators[number];
    op.cycles += observed.cycles;
    op.seconds += observed.seconds;
    if (plan.jobs[job].stack) {
      StackReport& stack = report.stacks[stack_of[job]];
      stack.observed = observed.traffic;
      stack.cycles = observed.cycles;
      stack.seconds = observed.seconds;
      add_parts(*plan.jobs[job].stack, observed, stack, report.operators);
    } else {
      op.observed += observed.traffic;
    }
    if (listener.on_job_end) listener.on_job_end(job, observed);
    const bool last = job + 1 == plan.jobs.size();
    if (!last && listener.on_job_begin) listener.on_job_begin(job + 1);
    if (!last && plan.jobs[job + 1].op == number) return;
    const Traffic& moved = op.stack ? report.stacks[*op.stack].observed : op.observed;
    if (listener.on_end) listener.on_end(number, moved.total(), op.cycles);
    if (!last && listener.on_begin) listener.on_begin(plan.jobs[job + 1].op);
  };
  if (!plan.jobs.empty()) {
    if (listener.on_job_begin) listener.on_job_begin(0);
    if (listener.on_begin) listener.on_begin(plan.jobs[0].op);
    simulator_.run(graph, plan, placed, plan::total(predicted).cycles, steps);
  }
  report.simulation_seconds = seconds_since(start);
  if (!functional) return report;

  reference.get();
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const ValueIndex value = graph.operators[i].output;
    if (on_machine[value]) report.operators[i].output = values->checks[value].value();
  }
  // The host's last steps.
  for (auto& [value, tensor] : host) kept.emplace(value, std::move(tensor));
  for (const Operator& op : graph.operators) {
    if (graph::engine_of(op) != graph::Engine::host || kept.count(op.output) != 0) continue;
    kept.emplace(op.output, graph::host_step(graph, op, kept.at(op.inputs[0])));
  }
  for (const ValueIndex value : graph.outputs) report.outputs.emplace(value, kept.at(value));
  return report;
}

}  // namespace hwcvp
