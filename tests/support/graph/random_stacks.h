// Random stacks of a quantized graph.
#pragma once

#include <cstdint>

#include "platform/graph/graph.h"
#include "platform/plan/stack_job.h"

namespace hwcvp {

// Stacks of some of its operators, with schedules that are legal, that the firmware knows, and that fit.
plan::NetworkStacks random_stacks(const graph::Graph& graph, uint64_t seed, int64_t buffer_bytes);

}  // namespace hwcvp
