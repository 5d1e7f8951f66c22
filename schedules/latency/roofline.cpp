#include "schedules/latency/roofline.h"

#include <algorithm>

namespace hwcvp {

RooflinePosition roofline_position(int64_t macs, const Traffic& traffic, int64_t cycles,
                                   const MachineTiming& timing) {
  const auto array = static_cast<double>(timing.mac_rows * timing.mac_columns);
  RooflinePosition position;
  position.macs_per_byte = static_cast<double>(macs) / static_cast<double>(traffic.total());
  const double memory = position.macs_per_byte * timing.bytes_per_cycle();
  position.attainable_macs_per_cycle = std::min(array, memory);
  position.achieved_macs_per_cycle = static_cast<double>(macs) / static_cast<double>(cycles);
  position.memory_bound = memory < array;
  return position;
}

}  // namespace hwcvp
