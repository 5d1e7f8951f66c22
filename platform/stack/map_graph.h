// A quantized graph as stacks see it.
//
// Does not hold what moves nothing (a tensor and its views are one) nor the steps of the host, which end the
// network on both sides.
#pragma once

#include <cstddef>
#include <vector>

#include "platform/graph/graph.h"
#include "schedules/stack/network.h"

namespace hwcvp {

struct MappedGraph {
  stack::Network network;
  std::vector<size_t> operators;          // [operator of the network]: that of the graph
  std::vector<graph::ValueIndex> values;  // [tensor of the network]: that of the graph
};

// Operators that cannot be in a stack of two or more are there, marked as such: what changes the layout
// (Transpose, Pad, Slice), operands that stand for many lines, matrix products over rows of a tensor,
// tensors whose elements are not of 8 bits. Throws
// InputError where the host works between two operators of the machine.
MappedGraph map_graph(const graph::Graph& graph);

}  // namespace hwcvp
