#include "platform/commands/stacks.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/commands/graph_options.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/stack_tables.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/stack/map_graph.h"
#include "platform/stack/search/stack_plan.h"
#include "schedules/json/json.h"
#include "schedules/stack/stack_json.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

constexpr uint64_t kSeed = 1;  // of a built-in network's weights, which change no bytes

ordered_json names_of(const stack::Network& network, size_t first, size_t last) {
  ordered_json names = ordered_json::array();
  for (size_t i = first; i <= last; ++i) names.push_back(network.operators[i].name);
  return names;
}

// Empty for an operator of the vector engine alone.
ordered_json schedule_json(const stack::Network& network, const PlannedStack& planned) {
  if (planned.schedule) return to_json(network, *planned.schedule);
  const Candidate& candidate = *planned.candidate;
  ordered_json schedule = ordered_json::object();
  if (candidate.is_tail()) {
    schedule["ops"] = names_of(network, planned.first, planned.last);
    schedule["tail"] = true;
  }
  if (candidate.nest) {
    const nlohmann::json nest = to_json(*candidate.nest);
    for (const auto& field : nest.items()) schedule[field.key()] = field.value();
  }
  return schedule;
}

ordered_json buffer_json(const PlannedStack& planned) {
  if (planned.candidate) return to_json(planned.candidate->prediction.buffer);
  return {{"tensors", planned.cost->tensor_bytes},
          {"weights", planned.cost->resident_bytes},
          {"working", planned.cost->working_bytes},
          {"total", planned.buffer_bytes()}};
}

void print_json(const stack::Network& network, const StackPlan& plan) {
  ordered_json stacks = ordered_json::array();
  for (const PlannedStack& planned : plan.stacks) {
    stacks.push_back({{"ops", names_of(network, planned.first, planned.last)},
                      {"schedule", schedule_json(network, planned)},
                      {"traffic", to_json(planned.traffic())},
                      {"buffer", buffer_json(planned)},
                      {"macs", macs_of(planned)},
                      {"proven", planned.proven},
                      {"optimal", planned.optimal()}});
  }
  const ordered_json document = {{"stacks", stacks},
                                 {"totals",
                                  {{"traffic", to_json(plan.traffic)},
                                   {"alone", to_json(plan.alone)},
                                   {"floor", plan.floor},
                                   {"proven", plan.proven},
                                   {"optimal", plan.traffic.total() == plan.proven}}},
                                 {"evaluated", plan.evaluated},
                                 {"seconds", plan.seconds}};
  std::cout << document.dump(2) << '\n';
}

// Ends the program where it is interrupted before there is a plan.
StackPlan plan_or_end(const graph::Graph& graph, const MappedGraph& mapped, const StackPlanOptions& options,
                      WorkerPool& pool) {
  try {
    return plan_stacks(graph, mapped, options, pool);
  } catch (const Interrupted&) {
    exit_interrupted();
  }
}

}  // namespace

void add_stacks_option(CommandOptions& options) {
  options.add_flag("stacks",
                   "cut a whole network into stacks: operators that run together, with what is between them "
                   "kept on chip");
}

int optimize_stacks(const CommandOptions& options) {
  options.require("network");
  options.forbid_with("stacks", {"layer", "constraints", "double-buffer", "objective", "layout", "platform",
                                 "set", "output-dir"});
  const graph::Graph graph = read_graph(options, kSeed);
  const MappedGraph mapped = map_graph(graph);
  PlatformConfig config;
  config.hwc.buffer_bytes = options.size("buffer", 0);
  StackPlanOptions search;
  search.search = read_search_options(options, config, {});
  catch_interrupts();
  WorkerPool pool(read_threads(options));
  const StackPlan plan = plan_or_end(graph, mapped, search, pool);
  if (options.has("json")) {
    print_json(mapped.network, plan);
  } else {
    print_stacks(std::cout, mapped.network, plan);
  }
  if (interrupt_flag()) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
