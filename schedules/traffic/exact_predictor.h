// The exact traffic of a schedule in closed form.
#pragma once

#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp {

// Bytes that the machine moves for a legal schedule of a legal layer: exact, for every one of them. The cost
// does not grow with the trip counts' product: each dimension's tiles are summed apart, and runs of equal
// tiles in constant time. Where several loops cut one axis of the input, tiles that padding clips are summed
// one by one.
Prediction predict_exact(const Layer& layer, const Schedule& schedule);

// The buffer bytes alone.
BufferUse buffer_use(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp
