// How a network runs on the machine: its jobs in order, and where everything lies in the DRAM.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/config/config.h"
#include "platform/graph/graph.h"
#include "platform/placement/tensor_placement.h"
#include "platform/plan/memory_plan.h"
#include "platform/plan/stack_job.h"
#include "platform/plan/vector_job.h"
#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp::plan {

// One job of the firmware. An operator takes one, or several where it must copy in parts, or none where
// nothing moves; a stack takes one for all its operators.
struct NetworkJob {
  size_t op = 0;                    // in Graph::operators; of a stack the first
  std::optional<VectorJob> vector;  // neither this nor a stack: a convolution
  std::optional<StackJob> stack;
  Layer layer;        // not of stacks
  Schedule schedule;  // not of stacks
  Prediction predicted;
  int64_t predicted_cycles = 0;  // 0 where that would take too long to find out
  TensorPlacement placement;     // where the nest's tensors begin, and what of memory the job may touch
};

struct NetworkPlan {
  MemoryPlan memory;
  uint64_t arena = 0;        // address
  int64_t weight_bytes = 0;  // of weights, constants and tables
  uint64_t list = 0;         // address of the job list; descriptors and status blocks follow it
  std::vector<NetworkJob> jobs;

  uint64_t address(graph::ValueIndex value) const {
    return arena + static_cast<uint64_t>(memory.places[value].offset);
  }
};

// Where the descriptors of a list lie: the list's header and entries, then the descriptors and a status block
// for each job.
struct ListLayout {
  uint64_t entries = 0, statuses = 0, end = 0;
  std::vector<uint64_t> descriptors;  // of each job

  static constexpr uint64_t kDescriptorBytes = 832;  // of an operator's job, up to the next
  static constexpr uint64_t kStatusBytes = 64;       // from one to the next
  uint64_t status(size_t job) const { return statuses + job * kStatusBytes; }
};
ListLayout list_layout(const NetworkPlan& plan);

// The plan for the schedules of the graph's convolutions, by operator (others are not looked at, nor those in
// `stacks`). Throws InputError where an operator or a stack cannot run, does not fit into the buffers, or the
// network not into the DRAM.
NetworkPlan plan_network(const graph::Graph& graph, const std::vector<Schedule>& schedules,
                         const PlatformConfig& config, const NetworkStacks& stacks = {});

}  // namespace hwcvp::plan
