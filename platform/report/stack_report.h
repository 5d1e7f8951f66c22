// The stacks of an inference, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/observation/inference_report.h"
#include "platform/plan/network_plan.h"

namespace hwcvp {

// Every operator of the graph is in one stack, the most alone.
struct StackList {
  struct Entry {
    std::vector<size_t> operators;     // of the graph
    const StackReport* run = nullptr;  // of two or more that ran as one job
  };
  std::vector<Entry> entries;    // in the order of their first operators
  std::vector<size_t> stack_of;  // [operator]: in `entries`
};
// The report must outlive it.
StackList list_stacks(const InferenceReport& report);

// What each stack moved, the time that it took, and how that was predicted; then the tensors of those of two
// operators or more.
void print_stack_runs(std::ostream& out, const graph::Graph& graph, const InferenceReport& report);

// [{"ops": [...], "schedule": {...}}]; a stack of two operators or more also has what was predicted and
// observed of it and of each tensor.
nlohmann::ordered_json stacks_json(const graph::Graph& graph, const plan::NetworkPlan& plan,
                                   const InferenceReport& report);

}  // namespace hwcvp
