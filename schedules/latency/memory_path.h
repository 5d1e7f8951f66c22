// The way from the memory port of the HWC to the memory.
#pragma once

#include <cstdint>

#include "schedules/latency/machine_timing.h"
#include "schedules/latency/timeline.h"
#include "schedules/latency/transfer.h"

namespace hwcvp::latency {

// Does not model: accesses of the control processor to the memory.
//
// A burst is decoded in a cycle of the bus, holds the bus for the words that it touches, waits for the
// memory's latency, and then holds the memory's data bus for its bytes.
class MemoryPath {
 public:
  explicit MemoryPath(const MachineTiming& timing)
      : bus_cycles_(timing.bus_cycles),
        word_mask_(timing.bus_bytes - 1),
        word_shift_(static_cast<unsigned>(__builtin_ctzll(static_cast<uint64_t>(timing.bus_bytes)))),
        latency_(timing.memory_latency_cycles),
        cycles_per_byte_(1 / timing.memory_bytes_per_cycle) {}

  // When a burst that is issued at `issue` ends.
  double access(double issue, const Burst& burst) {
    const int64_t words = ((burst.address & word_mask_) + burst.bytes + word_mask_) >> word_shift_;
    const double bus_time = static_cast<double>(words) * bus_cycles_;
    const double arrival = bus_.reserve(issue + bus_cycles_, bus_time) + bus_time;
    const double memory_time = static_cast<double>(burst.bytes) * cycles_per_byte_;
    return memory_.reserve(arrival + latency_, memory_time) + memory_time;
  }

  // As if what is under way went on for `duration`.
  void prolong(double duration) {
    bus_.prolong(duration);
    memory_.prolong(duration);
  }

 private:
  const double bus_cycles_;
  const int64_t word_mask_;
  const unsigned word_shift_;
  const double latency_;
  const double cycles_per_byte_;
  Timeline bus_, memory_;
};

}  // namespace hwcvp::latency
