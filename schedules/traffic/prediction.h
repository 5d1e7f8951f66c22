// What a schedule of a layer costs.
#pragma once

#include "schedules/traffic/traffic.h"

namespace hwcvp {

struct Prediction {
  Traffic traffic;
  BufferUse buffer;
};

}  // namespace hwcvp
