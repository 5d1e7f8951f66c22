#include "platform/report/stack_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/operator_text.h"
#include "platform/report/table.h"
#include "platform/stack/map_graph.h"
#include "schedules/json/json.h"
#include "schedules/stack/stack_json.h"

namespace hwcvp {

namespace {

using graph::Graph;
using nlohmann::ordered_json;

const char* kind_name(Carried carried) {
  switch (carried) {
    case Carried::input:
      return "input";
    case Carried::weight:
      return "weights";
    case Carried::output:
      return "output";
    case Carried::psum:
      return "partial sums";
    case Carried::params:
      return "constants";
  }
  return "";
}

std::string names(const Graph& graph, const StackList::Entry& entry) {
  std::string first = short_name(graph.operators[entry.operators.front()]);
  if (entry.operators.size() == 1) return first;
  return fmt::format("{} +{}", first, entry.operators.size() - 1);
}

void print_table(std::ostream& out, const Graph& graph, const InferenceReport& report,
                 const StackList& stacks) {
  Table table({{"stack"},
               {"operators", Table::Align::left},
               {"bytes"},
               {"predicted"},
               {"cycles"},
               {"predicted"},
               {"agrees", Table::Align::left}});
  for (size_t i = 0; i < stacks.entries.size(); ++i) {
    const StackList::Entry& entry = stacks.entries[i];
    const OperatorReport& first = report.operators[entry.operators.front()];
    if (!first.ran) continue;
    const Traffic& observed = entry.run != nullptr ? entry.run->observed : first.observed;
    const Traffic& predicted = entry.run != nullptr ? entry.run->predicted : first.predicted;
    const bool match = entry.run != nullptr ? entry.run->match() : first.match();
    table.add({std::to_string(i), names(graph, entry), grouped(observed.total()), grouped(predicted.total()),
               grouped(first.cycles), grouped(first.predicted_cycles), match ? "yes" : "BYTES"});
  }
  table.print(out);
}

// Tensors one by one, the weights and the constants of all operators together.
void print_tensors(std::ostream& out, const StackList& stacks) {
  Table table({{"stack"},
               {"tensor", Table::Align::left},
               {"kind", Table::Align::left},
               {"bytes"},
               {"predicted"},
               {"agrees", Table::Align::left}});
  for (size_t i = 0; i < stacks.entries.size(); ++i) {
    const StackReport* run = stacks.entries[i].run;
    if (run == nullptr) continue;
    const auto row = [&](const StackReport::Part& part) {
      constexpr size_t kWidth = 28;
      const std::string name =
          part.name.size() <= kWidth ? part.name : "..." + part.name.substr(part.name.size() - (kWidth - 3));
      table.add({std::to_string(i), name, kind_name(part.carried), grouped(part.observed),
                 grouped(part.predicted), part.match() ? "yes" : "BYTES"});
    };
    for (const StackReport::Part& part : run->parts) {
      if (part.carried == Carried::input || part.carried == Carried::output) row(part);
    }
    for (const Carried carried : {Carried::weight, Carried::params}) {
      StackReport::Part sum{"", carried, 0, 0};
      for (const StackReport::Part& part : run->parts) {
        if (part.carried != carried) continue;
        sum.predicted += part.predicted;
        sum.observed += part.observed;
      }
      row(sum);
    }
  }
  table.print(out);
}

ordered_json part_json(const StackReport::Part& part) {
  return {{"name", part.name},
          {"kind", kind_name(part.carried)},
          {"predicted", part.predicted},
          {"observed", part.observed},
          {"match", part.match()}};
}

void add_run(ordered_json& json, const StackReport& run) {
  json["predicted"] = {{"traffic", to_json(run.predicted)}, {"cycles", run.predicted_cycles}};
  json["observed"] = {{"traffic", to_json(run.observed)}, {"cycles", run.cycles}};
  json["match"] = run.match();
  json["tensors"] = ordered_json::array();
  for (const StackReport::Part& part : run.parts) json["tensors"].push_back(part_json(part));
  json["buffer"] = {{"total", run.buffer_bytes}};
  json["macs"] = run.macs;
  json["macs_again"] = run.macs - run.own_macs;
}

}  // namespace

StackList list_stacks(const InferenceReport& report) {
  StackList list;
  std::vector<bool> seen(report.stacks.size(), false);
  std::vector<size_t> entry_of(report.stacks.size(), 0);
  for (size_t op = 0; op < report.operators.size(); ++op) {
    const std::optional<size_t>& stack = report.operators[op].stack;
    if (stack && seen[*stack]) {
      list.stack_of.push_back(entry_of[*stack]);
      continue;
    }
    list.stack_of.push_back(list.entries.size());
    StackList::Entry& entry = list.entries.emplace_back();
    if (!stack) {
      entry.operators = {op};
      continue;
    }
    seen[*stack] = true;
    entry_of[*stack] = list.stack_of.back();
    entry.run = &report.stacks[*stack];
    entry.operators = entry.run->operators;
  }
  return list;
}

void print_stack_runs(std::ostream& out, const Graph& graph, const InferenceReport& report) {
  const StackList stacks = list_stacks(report);
  out << "\nStacks\n";
  print_table(out, graph, report, stacks);
  out << "\nWhat stacks of two operators or more load and write\n";
  print_tensors(out, stacks);
}

ordered_json stacks_json(const Graph& graph, const plan::NetworkPlan& plan, const InferenceReport& report) {
  std::vector<const plan::NetworkJob*> first(graph.operators.size(), nullptr);
  for (const plan::NetworkJob& job : plan.jobs) {
    if (first[job.op] == nullptr) first[job.op] = &job;
  }
  ordered_json stacks = ordered_json::array();
  for (const StackList::Entry& entry : list_stacks(report).entries) {
    ordered_json names = ordered_json::array();
    for (const size_t op : entry.operators) names.push_back(graph.operators[op].name);
    ordered_json stack = {{"ops", std::move(names)}, {"schedule", nullptr}};
    if (const plan::NetworkJob* job = first[entry.operators.front()]) {
      if (job->stack) {
        stack["schedule"] = stack::to_json(job->stack->mapped->network, job->stack->schedule);
      } else {
        stack["schedule"] = to_json(job->schedule);
      }
    }
    if (entry.run != nullptr) add_run(stack, *entry.run);
    stacks.push_back(std::move(stack));
  }
  return stacks;
}

}  // namespace hwcvp
