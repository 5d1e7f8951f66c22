// Bytes and cycles of several layers that run one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedules/optimizer/problem/result.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// A choice of a schedule for each layer.
struct NetworkFrontPoint {
  int64_t cost = 0;  // sums over the layers, as all that follow
  Traffic traffic;
  int64_t cycles = 0;
  std::vector<size_t> points;  // [layer]: the place in its front
};

// Does not know of cycles that overlap between layers, nor of those between them.
//
// The sums of layers' fronts (OptimizerResult::front) of which none costs less and takes no more cycles than
// another, by ascending cycles. The two ends are exact. Where more than a few thousand sums of the first
// layers are worth having, those in between are thinned: of sums whose cycles differ by less than that
// fraction of the logarithmic range, the one of least cost is kept. At most `most` are returned, at least 2,
// as spread_over() chooses them. None for no layers, or where a layer's front is empty.
std::vector<NetworkFrontPoint> add_fronts(const std::vector<const std::vector<FrontPoint>*>& layers,
                                          size_t most);

// The places of at most so many points, at least 2: both ends, and between them at even distances along the
// front, with both axes logarithmic.
std::vector<size_t> spread_over(const std::vector<NetworkFrontPoint>& front, size_t most);

// The point of least cost that takes at most `factor` times the cycles of the first. `front` has one at
// least.
const NetworkFrontPoint& least_cost_within(const std::vector<NetworkFrontPoint>& front, double factor);

}  // namespace hwcvp
