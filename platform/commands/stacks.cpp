#include "platform/commands/stacks.h"
#include "platform/commands/answer_options.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/values.h"
#include "platform/commands/graph_options.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/stack_tables.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/report/format.h"
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

ordered_json totals_json(const StackPlan& plan) {
  return {{"traffic", to_json(plan.traffic)},
          {"alone", to_json(plan.alone)},
          {"floor", plan.floor},
          {"proven", plan.proven},
          {"optimal", plan.traffic.total() == plan.proven}};
}

ordered_json to_json(const stack::Network& network, const StackPlan& plan) {
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
  return {{"stacks", stacks},
          {"totals", totals_json(plan)},
          {"evaluated", plan.evaluated},
          {"seconds", plan.seconds}};
}

ordered_json to_json(const std::vector<StackPoint>& points, bool complete) {
  ordered_json list = ordered_json::array();
  for (const StackPoint& point : points) {
    list.push_back({{"buffer", point.buffer_bytes},
                    {"stacks", point.plan.stacks.size()},
                    {"totals", totals_json(point.plan)},
                    {"front", point.on_front},
                    {"seconds", point.plan.seconds}});
  }
  return {{"buffers", list}, {"complete", complete}};
}

// The network and what is asked of the search, for buffers of any size.
struct StackWork {
  explicit StackWork(const CommandOptions& from)
      : options(from), graph(read(from)), mapped(map_graph(graph)) {
    if (from.has("buffer")) config.hwc.buffer_bytes = from.size("buffer", 0);
    search.search = read_search_options(options, config, {});
    check_report(options, {}, config);
    catch_interrupts();
  }

  const CommandOptions& options;
  const graph::Graph graph;
  const MappedGraph mapped;
  PlatformConfig config;
  StackPlanOptions search;

 private:
  static graph::Graph read(const CommandOptions& options) {
    options.require("network");
    options.forbid_with("stacks", {"layer", "constraints", "double-buffer", "objective", "layout", "platform",
                                   "set", "output-dir", "operators"});
    return read_graph(options, kSeed);
  }
};

// Throws Interrupted where there is no plan yet.
StackPlan plan_of(const StackWork& work, int64_t buffer_bytes) {
  StackPlanOptions search = work.search;
  search.search.options.buffer_bytes = buffer_bytes;
  WorkerPool pool(read_threads(work.options));
  return plan_stacks(work.graph, work.mapped, search, pool);
}

// Ends the program in place of that.
StackPlan plan_or_end(const StackWork& work, int64_t buffer_bytes) {
  try {
    return plan_of(work, buffer_bytes);
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
  StackWork work(options);
  const StackPlan plan = plan_or_end(work, options.size("buffer", 0));
  ordered_json document = to_json(work.mapped.network, plan);
  add_provenance(document, options, work.config);
  write_report(options, document);
  if (options.has("json")) {
    std::cout << document.dump(2) << '\n';
  } else {
    Answer answer = hwcvp::answer(work.mapped.network, plan);
    answer.subject = fmt::format(
        "{}; buffer {}.", subject(options, count_text(work.mapped.network.operators.size(), "operator")),
        bytes_text(options.size("buffer", 0)));
    print_answer(std::cout, options, answer);
  }
  if (interrupt_flag()) exit_interrupted();
  return kExitDone;
}

int sweep_stacks(const CommandOptions& options) {
  const std::vector<int64_t> sizes = parse_sizes(options.text("buffers"), "--buffers");
  StackWork work(options);
  std::vector<StackPoint> points;
  for (const int64_t size : sizes) {
    try {
      points.push_back({size, plan_of(work, size)});
    } catch (const Interrupted&) {
      break;
    }
    if (interrupt_flag()) break;
  }
  mark_front(points);
  const bool complete = points.size() == sizes.size() && !interrupt_flag();
  ordered_json document = to_json(points, complete);
  add_provenance(document, options, work.config);
  write_report(options, document);
  if (options.has("json")) {
    std::cout << document.dump(2) << '\n';
  } else {
    Answer answer = hwcvp::answer(points, complete);
    answer.subject = subject(options, count_text(work.mapped.network.operators.size(), "operator")) + ".";
    print_answer(std::cout, options, answer);
  }
  if (interrupt_flag()) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
