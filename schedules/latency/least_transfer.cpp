#include "schedules/latency/least_transfer.h"

#include <algorithm>
#include <cmath>

#include "schedules/math/division.h"
#include "schedules/traffic/bounds.h"

namespace hwcvp {

namespace {

double memory_cycles(int64_t bytes, const MachineTiming& timing) {
  if (!timing.dram) return static_cast<double>(bytes) / timing.memory_bytes_per_cycle;
  const BankedDram& dram = *timing.dram;
  const int64_t accesses = ceil_div(ceil_div(bytes, dram.access_bytes), dram.channel.count);
  return static_cast<double>(accesses * std::min(dram.burst_cycles, dram.tCCD_S)) / dram.clock_ratio;
}

}  // namespace

int64_t least_transfer_cycles(int64_t bytes, const MachineTiming& timing) {
  const double bus = static_cast<double>(ceil_div(bytes, timing.bus_bytes)) * timing.bus_cycles;
  return static_cast<int64_t>(std::floor(std::max(bus, memory_cycles(bytes, timing))));
}

int64_t least_transfer_cycles(const Layer& layer, const MachineTiming& timing) {
  return least_transfer_cycles(compulsory_bytes(layer), timing);
}

}  // namespace hwcvp
