#include "schedules/predictors/cecconi2017.h"

#include <fmt/format.h>

namespace hwcvp {

ElementCounts Cecconi2017::count(const Tiling& t, Innermost /*innermost*/) const { return tile_by_tile(t); }

void Cecconi2017::check(const Layer& layer, const Schedule& schedule, const PlainNest& /*nest*/) const {
  require_reload(layer, schedule, name());
  for (const Tensor tensor : kTensors) {
    if (!schedule.double_buffer[index(tensor)]) {
      refuse_schedule(name(), fmt::format("it has two buffers for each array: expected double_buffer.{} true",
                                          to_string(tensor)));
    }
  }
}

}  // namespace hwcvp
