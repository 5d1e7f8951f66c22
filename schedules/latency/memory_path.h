// The way from the memory port of the HWC to the memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/latency/banked_memory.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/latency/timeline.h"
#include "schedules/latency/transfer.h"

namespace hwcvp::latency {

// Does not model: responses that wait for one another.
//
// A burst is decoded in a cycle of the bus and holds the bus for the words that it touches. A simple memory
// then takes its latency, and holds its data bus for the bytes of the burst; a DRAM with banks does as
// BankedMemory. Transactions by nb_transport hold the bus until the memory has room for them.
class MemoryPath {
 public:
  explicit MemoryPath(const MachineTiming& timing);

  // When a burst that is issued at `issue` ends.
  double access(double issue, const Burst& burst, bool write);

  // Whether bursts like those before take as long as they did. In a DRAM with banks it depends on their rows.
  bool repeats() const { return !banks_; }
  // As if what is under way went on for `duration`; where bursts repeat.
  void prolong(double duration);

 private:
  double serve(double arrival, const Burst& burst, bool write);

  const double bus_cycles_;
  const int64_t word_mask_;
  const unsigned word_shift_;
  const double latency_;
  const double cycles_per_byte_;
  const bool approximately_timed_;
  const double clock_ratio_;   // cycles of the memory in one of the HWC
  const double memory_cycle_;  // and the other way round
  Timeline bus_, memory_;
  std::optional<BankedMemory> banks_;
  double accepted_ = 0;       // the last transaction, by the memory
  std::vector<double> ends_;  // of as many as the memory takes in, a ring
  size_t oldest_ = 0;
};

}  // namespace hwcvp::latency
