// Where the tensors of a network lie in memory, and for how long.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/graph/graph.h"

namespace hwcvp::plan {

// A value's place in the arena: dense elements from `offset` on. Values that are views or parts of another
// one lie within its place.
struct Place {
  int64_t offset = 0;  // bytes from the arena's start
  int64_t bytes = 0;
  size_t first = 0, last = 0;  // operators that write and read the memory first and last
  graph::ValueIndex root = 0;  // the value whose memory it is; itself where it is its own
};

// Operators of the graph that run as one: those of the machine's engines from `first` to `last`. Of their
// tensors only `moved` are in memory, and those are at the same time.
struct Together {
  size_t first = 0, last = 0;
  std::vector<graph::ValueIndex> moved;
};

struct MemoryPlan {
  std::vector<Place> places;  // of each value; 0 bytes where the machine does not hold it
  int64_t peak_bytes = 0;     // of the arena
};

// Places all values that the machine holds, so that none shares memory with another while either is needed:
// inputs and constants of the network from its first operator on, outputs to its end. The input of a Concat
// is written into its place in the output, and a Slice read from its input, where that is one dense run and
// nothing else is in the way; View moves nothing. Greedy, largest first, lowest offset that is free: not the
// least peak there is. `together`, ascending, are operators that run as one; a Concat among them shares no
// memory with its inputs, since both may be asked for.
MemoryPlan plan_memory(const graph::Graph& graph, int64_t alignment,
                       const std::vector<Together>& together = {});

// Whether the operator moves nothing, because its inputs and output lie in one place.
bool moves_nothing(const graph::Graph& graph, const graph::Operator& op, const MemoryPlan& plan,
                   size_t input = 0);

}  // namespace hwcvp::plan
