// Traffic against buffer size: the best schedules over a list of capacities, and which of them are worth
// having.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

// What is known of a layer in buffers of one capacity.
struct CapacityResult {
  int64_t buffer_bytes = 0;             // the capacity
  std::optional<OptimizerResult> best;  // none where no schedule fits
  bool searched = false;                // false: it follows from another capacity
  bool on_front = false;                // no other result costs and needs no more, and one of the two less
};

using Solver = std::function<OptimizerResult(const Layer& layer, const OptimizerOptions& options)>;

// The best schedules for the capacities, which must ascend, by searches with `solve`, which answers as
// optimize() does for the objectives LeastTraffic and Front. A search that options.cancel ends leaves out its
// capacity and those below.
//
// Schedules that fit in M bytes are among those that fit in more. So, going down from the largest capacity: a
// schedule that is optimal for one is optimal for all down to what it uses, without a search; nothing fits
// below a capacity where nothing fits; and a bound for one holds for those below. Going up, what is found for
// one is as good for those above, so that cost never grows with the capacity, and among equal ones the
// schedule that needs the smallest capacity is shown. Fronts take over what fits of their neighbours'.
std::vector<CapacityResult> sweep_capacities(const Layer& layer, const OptimizerOptions& options,
                                             const std::vector<int64_t>& capacities, const Solver& solve);

// Several layers that run one after the other in one buffer of a capacity.
struct NetworkResult {
  int64_t buffer_bytes = 0;  // the capacity
  int64_t used_bytes = 0;    // that the layer with the most needs
  Traffic traffic;           // sum over the layers, as all that follow
  int64_t cost = 0;
  int64_t proven_bound = 0;
  int64_t proven_cost = 0;
  bool optimal = false;   // of each layer
  bool on_front = false;  // as above, by cost and used_bytes
};

// The sums for the capacities that all of the layers were searched for and fit in, ascending.
std::vector<NetworkResult> add_layers(const std::vector<std::vector<CapacityResult>>& layers);

}  // namespace hwcvp
