// Stacks of operators as jobs of the machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/placement/tensor_placement.h"
#include "platform/plan/memory_plan.h"
#include "platform/plan/vector_job.h"
#include "platform/stack/map_graph.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/stack/latency/stack_latency.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/schedule.h"
#include "schedules/stack/stack.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp::plan {

// What operators of a network run in stacks of two or more, and how; no operator in two of them.
struct NetworkStacks {
  std::shared_ptr<const MappedGraph> mapped;
  std::vector<stack::Schedule> schedules;  // in the network's order
};

// A tensor, weights or constants that a stack reads or writes.
struct StackPart {
  Carried carried = Carried::input;
  size_t op = 0;     // in Graph::operators, to which its bytes count: a tensor's first reader, or its maker
  std::string name;  // of the tensor, or of the operator whose weights or constants they are
  int64_t predicted = 0;  // bytes
  AddressWindow window;
};

// The bytes of a part as traffic of its kind.
Traffic traffic_of(Carried carried, int64_t bytes);

struct StackJob {
  struct Member {
    size_t op = 0;            // in Graph::operators
    VectorSettings settings;  // of operators of the vector engine
    AddressWindow params, weight;
  };

  std::shared_ptr<const MappedGraph> mapped;  // which `stack` refers to
  stack::Stack stack;
  stack::Schedule schedule;
  stack::StackCost cost;
  std::vector<Member> members;         // as in Stack::operators
  std::vector<AddressWindow> tensors;  // as in Stack::tensors; of those that travel
  std::vector<StackPart> parts;        // that move; in memory no two overlap
  int64_t own_macs = 0;                // of its operators alone: what is more is done again
};

// Whether the firmware can run the operator in a stack of two or more: it knows no Resize there.
bool runs_in_stacks(const graph::Operator& op);

// The operators that the schedules keep together.
std::vector<Together> together_of(const NetworkStacks& stacks);

// The job of one of the schedules, not yet placed. Throws InputError, naming the first operator, where it is
// illegal or needs more of the machine than there is.
StackJob stack_job(const graph::Graph& graph, const NetworkStacks& stacks, const stack::Schedule& schedule,
                   int64_t buffer_bytes);

// Fills `parts`, once members and tensors are placed.
void list_parts(const graph::Graph& graph, StackJob& job);

// Where its tensors, weights and constants lie in the DRAM, once it is placed.
stack::StackAddresses addresses_of(const StackJob& job);

// What a placed stack takes by the latency model; 0 where it would take too long to find out.
int64_t stack_cycles(const StackJob& job, const MachineTiming& timing, int64_t vector_lanes);

}  // namespace hwcvp::plan
