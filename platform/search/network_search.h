// The best schedule for each layer of a network.
#pragma once

#include <functional>
#include <vector>

#include "platform/host/worker_pool.h"
#include "platform/search/layer_search.h"

namespace hwcvp {

// Searches the best schedule for each layer, equal layers once and those in the cache not at all, in the
// threads of the pool, and hands the results out in the layers' order, with progress on standard error.
// Throws InputError where no schedule fits. An interrupt ends the searches with the best that they have; it
// throws Interrupted after all of these.
void optimize_layers(const std::vector<Layer>& layers, const LayerSearch& search, WorkerPool& pool,
                     const std::function<void(size_t layer, const OptimizerResult& result)>& on_result);

}  // namespace hwcvp
