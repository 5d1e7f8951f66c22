// The traffic of a schedule by brute force, to test the closed form against.
#pragma once

#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct WalkResult {
  Traffic traffic;
  BufferUse buffer;
};

// Visits every leaf of the nest in order, makes each tensor's region as a set of single elements, and counts
// elements that are in one set and not in the other. Uses nothing of the library but the plain structs:
// sizes, ranges, hulls and clipping are worked out here again from their definitions. Time grows with leaves
// times elements.
WalkResult literal_walk(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp
