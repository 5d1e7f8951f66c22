// What a whole inference is predicted to move and to take, operator by operator.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/plan/network_plan.h"
#include "platform/plan/operator_prediction.h"

namespace hwcvp {

struct NetworkPrediction {
  plan::NetworkPlan plan;
  std::vector<plan::OperatorPrediction> operators;  // as in the graph
  plan::OperatorPrediction total;
};

// In buffers of one capacity.
struct NetworkPoint {
  int64_t buffer_bytes = 0;
  NetworkPrediction predicted;
  std::string refused;    // why the network cannot run so; empty where it can
  bool on_front = false;  // no other point moves and uses as little, and one of the two less
};

// The whole network in a sentence.
std::string network_note(const NetworkPrediction& predicted);

// A blank line, a table of the operators in at most 80 columns, and what memory takes.
void print_network(std::ostream& out, const graph::Graph& graph, const NetworkPrediction& predicted);
// Adds "operators", "memory" and "totals" to the document.
void add_network(nlohmann::ordered_json& document, const graph::Graph& graph,
                 const NetworkPrediction& predicted);

// A blank line and a table of the points.
void print_network_sweep(std::ostream& out, const graph::Graph& graph,
                         const std::vector<NetworkPoint>& points);
// Adds "whole_network", the points, to the document.
void add_network_sweep(nlohmann::ordered_json& document, const graph::Graph& graph,
                       const std::vector<NetworkPoint>& points);

}  // namespace hwcvp
