// A stack as it lies in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/plan/stack_job.h"

namespace hwcvp {

// The descriptor (sw/stack_job.h) of a placed stack, with its tensors, operators and inputs, and its CRC.
std::vector<uint8_t> make_stack_descriptor(const graph::Graph& graph, const plan::StackJob& job);

}  // namespace hwcvp
