// What a plan says of each operator.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/plan/network_plan.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp::plan {

// Of one operator, all its jobs together, or of several that run one after the other.
struct OperatorPrediction {
  Traffic traffic;           // exact
  int64_t cycles = 0;        // of the latency model; jobs that would take too long to follow add none
  int64_t macs = 0;          // of convolutions
  int64_t buffer_bytes = 0;  // that the job with the most needs
  bool runs = false;         // takes at least one job: the others move nothing, or are steps of the host

  OperatorPrediction& operator+=(const OperatorPrediction& other);
};

// In the order of the graph's operators. Those of a stack have their own weights, constants and outputs, and
// the inputs of the stack that they read first.
std::vector<OperatorPrediction> predict_operators(const graph::Graph& graph, const NetworkPlan& plan);
// Of a whole inference.
OperatorPrediction total(const std::vector<OperatorPrediction>& operators);

}  // namespace hwcvp::plan
