// The traffic of a schedule by walking it, straight from the definitions and sharing nothing with the
// firmware.
#pragma once

#include "schedules/layer.h"
#include "schedules/schedule.h"
#include "schedules/traffic.h"

namespace hwcvp {

struct LiteralWalk {
  Traffic traffic;   // params included
  BufferUse buffer;  // double buffering included
};

LiteralWalk walk_literally(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp
