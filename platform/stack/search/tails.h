// Convolutions with a tail: elementwise operators and pooling without overlap on the way of the results to
// memory.
#pragma once

#include <vector>

#include "platform/host/worker_pool.h"
#include "platform/search/layer_search.h"
#include "platform/stack/map_graph.h"
#include "platform/stack/search/candidate.h"

namespace hwcvp {

// All of them: for each convolution each length of tail. What an elementwise tail changes is the same for
// every schedule, so the best one is that of the convolution alone. With pooling the search is over nests all
// of whose tiles of rows and columns are multiples of the windows', while the bound is that of all nests: a
// gap may be left. Throws Interrupted.
std::vector<Candidate> tails(const graph::Graph& graph, const MappedGraph& mapped,
                             const std::vector<Candidate>& singles, const LayerSearch& search,
                             WorkerPool& pool);

}  // namespace hwcvp
