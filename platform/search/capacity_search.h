// The best schedules for each layer of a network in buffers of several capacities.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/host/worker_pool.h"
#include "platform/search/layer_search.h"
#include "schedules/sweep/pareto.h"

namespace hwcvp {

// For each layer the results by ascending capacity. Equal layers are searched once, in the threads of the
// pool, with progress on standard error; with a cache also shared with other processes that use it. After an
// interrupt the results that were finished. `capacities` must ascend. Throws InputError.
std::vector<std::vector<CapacityResult>> sweep_layers(const std::vector<Layer>& layers,
                                                      const LayerSearch& search,
                                                      const std::vector<int64_t>& capacities,
                                                      WorkerPool& pool);

}  // namespace hwcvp
