#include "platform/plan/stack_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/placement/memory_map.h"
#include "schedules/workload/error.h"
#include "sw/stack_job.h"

namespace hwcvp::plan {

namespace {

// Contexts and regions of the machine; each operator takes a context, one that joins channels one for each
// part.
constexpr size_t kContexts = 128, kRegions = 128;

std::string name_of(const stack::Stack& stack) {
  return fmt::format("stack {} ... {}", stack.op(0).name, stack.op(stack.last()).name);
}

void check_machine(const stack::Stack& stack, const stack::StackCost& cost, int64_t buffer_bytes) {
  const auto check = [&stack](const char* what, int64_t needed, int64_t most) {
    if (needed <= most) return;
    throw InputError(fmt::format("{}: expected at most {} {}, needs {}", name_of(stack), most, what, needed));
  };
  size_t contexts = 0;
  size_t inputs = 0;
  for (size_t i = 0; i < stack.operators.size(); ++i) {
    const stack::Operator& op = stack.op(i);
    contexts += op.type == "concat" ? op.inputs.size() : 1;
    inputs += op.inputs.size();
  }
  const auto most = [](size_t there, uint32_t of_descriptor) {
    return static_cast<int64_t>(std::min<size_t>(there, of_descriptor));
  };
  check("bytes of buffer", cost.buffer_bytes(), buffer_bytes);
  check("operators", static_cast<int64_t>(stack.operators.size()), HWC_STACK_MAX_OPERATORS);
  check("contexts", static_cast<int64_t>(contexts), static_cast<int64_t>(kContexts));
  check("tensors", static_cast<int64_t>(stack.tensors.size()), most(kRegions, HWC_STACK_MAX_TENSORS));
  check("inputs of operators", static_cast<int64_t>(inputs), HWC_STACK_MAX_INPUTS);
}

// Two tensors of which one lies in the other cannot be told apart.
void join_overlapping(std::vector<StackPart>& parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const StackPart& a, const StackPart& b) { return a.window.base < b.window.base; });
  std::vector<StackPart> joined;
  for (StackPart& part : parts) {
    if (!joined.empty() && part.window.base < joined.back().window.base + joined.back().window.bytes) {
      StackPart& before = joined.back();
      const uint64_t end =
          std::max(before.window.base + before.window.bytes, part.window.base + part.window.bytes);
      before.window.bytes = end - before.window.base;
      before.predicted += part.predicted;
      before.name += ", " + part.name;
      continue;
    }
    joined.push_back(std::move(part));
  }
  parts = std::move(joined);
}

}  // namespace

Traffic traffic_of(Carried carried, int64_t bytes) {
  Traffic traffic;
  for (const TrafficKind& kind : kTrafficKinds) {
    if (kind.carried == carried) traffic.*kind.member = bytes;
  }
  return traffic;
}

bool runs_in_stacks(const graph::Operator& op) { return !std::holds_alternative<graph::Resize>(op.action); }

std::vector<Together> together_of(const NetworkStacks& stacks) {
  std::vector<Together> groups;
  for (const stack::Schedule& schedule : stacks.schedules) {
    const MappedGraph& mapped = *stacks.mapped;
    Together group;
    group.first = mapped.operators[schedule.first];
    group.last = mapped.operators[schedule.last()];
    const stack::Stack stack = stack::make_stack(mapped.network, schedule.first, schedule.last());
    for (const stack::StackTensor& tensor : stack.tensors) {
      if (!tensor.maker || tensor.written) group.moved.push_back(mapped.values[tensor.tensor]);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

StackJob stack_job(const graph::Graph& graph, const NetworkStacks& stacks, const stack::Schedule& schedule,
                   int64_t buffer_bytes) {
  StackJob job;
  job.mapped = stacks.mapped;
  const MappedGraph& mapped = *job.mapped;
  job.stack = stack::make_stack(mapped.network, schedule.first, schedule.last());
  job.schedule = schedule;
  const std::optional<stack::StackCost> cost = stack::predict(mapped.network, schedule);
  if (!cost) throw InputError(name_of(job.stack) + ": expected a legal schedule");
  job.cost = *cost;
  check_machine(job.stack, job.cost, buffer_bytes);
  job.tensors.resize(job.stack.tensors.size());
  for (const stack::StackOperator& member : job.stack.operators) {
    StackJob::Member planned;
    planned.op = mapped.operators[member.op];
    const graph::Operator& op = graph.operators[planned.op];
    if (const auto* convolution = std::get_if<graph::Convolution>(&op.action)) {
      job.own_macs += convolution->layer.macs();
    } else {
      planned.settings = vector_settings(graph, op);
    }
    job.members.push_back(std::move(planned));
  }
  return job;
}

void list_parts(const graph::Graph& graph, StackJob& job) {
  std::vector<StackPart> tensors;
  for (size_t t = 0; t < job.stack.tensors.size(); ++t) {
    const stack::StackTensor& tensor = job.stack.tensors[t];
    if (tensor.maker && !tensor.written) continue;
    StackPart part;
    part.carried = tensor.maker ? Carried::output : Carried::input;
    part.op = job.members[tensor.maker ? *tensor.maker : tensor.readers.front()].op;
    part.name = graph.values[job.mapped->values[tensor.tensor]].name;
    part.predicted = tensor.maker ? job.cost.tensors[t].written : job.cost.tensors[t].read;
    part.window = job.tensors[t];
    tensors.push_back(std::move(part));
  }
  join_overlapping(tensors);
  job.parts = std::move(tensors);
  for (size_t i = 0; i < job.members.size(); ++i) {
    const StackJob::Member& member = job.members[i];
    const stack::OperatorCost& cost = job.cost.operators[i];
    const std::string& name = graph.operators[member.op].name;
    if (member.weight.bytes > 0)
      job.parts.push_back({Carried::weight, member.op, name, cost.weight_read, member.weight});
    if (member.params.bytes > 0)
      job.parts.push_back({Carried::params, member.op, name, cost.params_read, member.params});
  }
}

stack::StackAddresses addresses_of(const StackJob& job) {
  const auto in_memory = [](const AddressWindow& window) {
    return static_cast<int64_t>(window.base - std::min(window.base, memory_map::kDramBase));
  };
  stack::StackAddresses addresses;
  for (const AddressWindow& tensor : job.tensors) addresses.tensors.push_back(in_memory(tensor));
  for (const StackJob::Member& member : job.members) {
    addresses.weights.push_back(in_memory(member.weight));
    addresses.params.push_back(in_memory(member.params));
  }
  return addresses;
}

int64_t stack_cycles(const StackJob& job, const MachineTiming& timing, int64_t vector_lanes) {
  stack::StackLatencyLimits limits;  // a second or so
  limits.commands = 2'000'000;
  limits.bursts = 20'000'000;
  return stack::estimate_stack_latency(job.stack, job.schedule, addresses_of(job), timing, vector_lanes,
                                       limits)
      .value_or(0);
}

}  // namespace hwcvp::plan
