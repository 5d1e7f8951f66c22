// The stacks of a whole network, and what they move.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/host/worker_pool.h"
#include "platform/search/layer_search.h"
#include "platform/stack/map_graph.h"
#include "platform/stack/search/candidate.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/schedule.h"

namespace hwcvp {

struct PlannedStack {
  size_t first = 0, last = 0;  // operators of the mapped network
  // Of two operators or more, unless they are a convolution with a tail.
  std::optional<stack::Schedule> schedule;
  std::optional<stack::StackCost> cost;
  std::optional<Candidate> candidate;  // else
  int64_t proven = 0;                  // bytes that no schedule of these operators undercuts

  Traffic traffic() const { return schedule ? cost->traffic : candidate->prediction.traffic; }
  int64_t buffer_bytes() const {
    return schedule ? cost->buffer_bytes() : candidate->prediction.buffer.total();
  }
  bool optimal() const { return traffic().total() == proven; }
};

struct StackPlan {
  std::vector<PlannedStack> stacks;  // in the network's order
  Traffic traffic;
  Traffic alone;                   // with every operator in a stack of its own
  std::vector<Candidate> singles;  // these, by operator of the network
  int64_t floor = 0;               // bytes of the network's inputs, weights and outputs
  int64_t proven = 0;              // bytes that no cut into stacks undercuts
  int64_t evaluated = 0;
  double seconds = 0;
};

struct StackPlanOptions {
  LayerSearch search;  // of single operators; its time limit is also that of the stacks together
  bool tails = true;   // convolutions with tails are among the stacks
};

// The best cut of the network into stacks, with progress on standard error. After an interrupt the best so
// far, unless single operators were still searched: then throws Interrupted. Throws InputError where an
// operator does not fit alone.
StackPlan plan_stacks(const graph::Graph& graph, const MappedGraph& mapped, const StackPlanOptions& options,
                      WorkerPool& pool);

}  // namespace hwcvp
