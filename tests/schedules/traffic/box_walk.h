// The traffic of a schedule by visiting every leaf with boxes, to test the closed form on extents too large
// for sets.
#pragma once

#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Like literal_walk(), but each region is a box of intervals, so that time grows with the leaves alone. Of
// the library it uses the plain structs and the layer's extents. No params_read, no buffer bytes.
Traffic box_walk(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp
