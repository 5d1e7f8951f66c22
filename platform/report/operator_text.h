// A network's operators and its memory, as tables and documents show them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/plan/network_plan.h"

namespace hwcvp {

// Name and type for a column of a table; of a long name the end, which tells it from others.
std::string short_name(const graph::Operator& op);
std::string short_type(const graph::Operator& op);

// Where the operator runs. One of the vector engine that takes no job has its result in place: "none".
std::string engine_text(const graph::Operator& op, bool runs);

nlohmann::ordered_json names_json(const graph::Graph& graph, const std::vector<graph::ValueIndex>& values);

// {"peak_bytes": 0, "weight_bytes": 0}: of the tensors at their peak, of weights, constants and tables.
nlohmann::ordered_json memory_json(const plan::NetworkPlan& plan);

}  // namespace hwcvp
