#include "platform/stack/search/stack_plan.h"

#include <fmt/format.h>

#include <chrono>

#include "platform/host/seconds_since.h"
#include "platform/report/format.h"
#include "platform/report/progress.h"
#include "platform/stack/search/single_operators.h"
#include "platform/stack/search/tails.h"
#include "schedules/stack/search/network_cuts.h"

namespace hwcvp {

namespace {

using stack::Network;

int64_t floor_of(const Network& network) {
  int64_t sum = network.weight_bytes();
  std::vector<bool> moved(network.tensors.size(), true);
  for (const stack::Operator& op : network.operators) moved[op.output] = false;
  for (const size_t output : network.outputs) moved[output] = true;
  for (size_t t = 0; t < network.tensors.size(); ++t) {
    if (moved[t]) sum += network.tensor_bytes(t);
  }
  return sum;
}

stack::NetworkCuts cut(const Network& network, const std::vector<Candidate>& candidates,
                       const OptimizerOptions& options) {
  std::vector<stack::GivenStack> given;
  given.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    given.push_back(
        {candidate.first, candidate.last, candidate.prediction.traffic.total(), candidate.proven});
  }
  stack::SearchOptions search;
  search.buffer_bytes = options.buffer_bytes;
  search.cancel = options.cancel;
  if (options.time_limit_seconds > 0) {
    search.deadline =
        std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                               std::chrono::duration<double>(options.time_limit_seconds));
  }
  Progress progress("stacking", network.operators.size());
  return stack::cut_network(network, given, search, [&](size_t done, size_t) {
    progress.begin(done, network.operators[done - 1].name);
    progress.update(0);
  });
}

}  // namespace

StackPlan plan_stacks(const graph::Graph& graph, const MappedGraph& mapped, const StackPlanOptions& options,
                      WorkerPool& pool) {
  const auto start = std::chrono::steady_clock::now();
  const Network& network = mapped.network;
  StackPlan plan;
  plan.floor = floor_of(network);
  plan.singles = single_operators(graph, mapped, options.search, pool);
  for (const Candidate& single : plan.singles) plan.alone += single.prediction.traffic;
  std::vector<Candidate> candidates = plan.singles;
  if (options.tails) {
    for (Candidate& tail : tails(graph, mapped, plan.singles, options.search, pool)) {
      candidates.push_back(std::move(tail));
    }
  }
  const stack::NetworkCuts cuts = cut(network, candidates, options.search.options);
  plan.proven = cuts.proven;
  plan.evaluated = cuts.evaluated;
  for (const stack::ChosenStack& chosen : cuts.stacks) {
    PlannedStack planned;
    planned.first = chosen.first;
    planned.last = chosen.last;
    planned.proven = chosen.proven;
    if (chosen.given) {
      planned.candidate = candidates[*chosen.given];
    } else {
      planned.schedule = chosen.answer.schedule;
      planned.cost = stack::predict(network, *planned.schedule);
    }
    plan.traffic += planned.traffic();
    plan.stacks.push_back(std::move(planned));
  }
  plan.seconds = seconds_since(start);
  return plan;
}

}  // namespace hwcvp
