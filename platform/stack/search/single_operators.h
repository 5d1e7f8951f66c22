// The operators of a network, each in a stack of its own.
#pragma once

#include <vector>

#include "platform/host/worker_pool.h"
#include "platform/search/layer_search.h"
#include "platform/stack/map_graph.h"
#include "platform/stack/search/candidate.h"

namespace hwcvp {

// For each operator of the mapped network. Convolutions are searched, operators of the vector engine move
// what the plan of the network makes of them in a buffer of that size. Throws InputError where no schedule
// fits, and Interrupted.
std::vector<Candidate> single_operators(const graph::Graph& graph, const MappedGraph& mapped,
                                        const LayerSearch& search, WorkerPool& pool);

}  // namespace hwcvp
