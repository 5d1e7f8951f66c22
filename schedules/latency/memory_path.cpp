#include "schedules/latency/memory_path.h"

#include <algorithm>

namespace hwcvp::latency {

namespace {

constexpr double kRounding = 1e-6;  // of a cycle: what products of floating point may be off

// Of a time that is not negative; std::ceil() is a call.
int64_t round_up(double time) {
  const auto whole = static_cast<int64_t>(time);
  return whole + (static_cast<double>(whole) < time ? 1 : 0);
}

}  // namespace

MemoryPath::MemoryPath(const MachineTiming& timing)
    : bus_cycles_(timing.bus_cycles),
      word_mask_(timing.bus_bytes - 1),
      word_shift_(static_cast<unsigned>(__builtin_ctzll(static_cast<uint64_t>(timing.bus_bytes)))),
      latency_(timing.memory_latency_cycles),
      cycles_per_byte_(1 / timing.memory_bytes_per_cycle),
      approximately_timed_(timing.approximately_timed),
      clock_ratio_(timing.dram ? timing.dram->clock_ratio : 1),
      memory_cycle_(1 / clock_ratio_),
      ends_(static_cast<size_t>(timing.memory_outstanding), 0.0) {
  if (timing.dram) banks_.emplace(*timing.dram);
}

double MemoryPath::access(double issue, const Burst& burst, bool write) {
  const int64_t words = ((burst.address & word_mask_) + burst.bytes + word_mask_) >> word_shift_;
  const double bus_time = static_cast<double>(words) * bus_cycles_;
  const double decoded = issue + bus_cycles_;
  if (!approximately_timed_) return serve(bus_.reserve(decoded, bus_time) + bus_time, burst, write);
  const double arrival = bus_.reserve(std::max(decoded, accepted_), bus_time) + bus_time;
  accepted_ = std::max(arrival, ends_[oldest_]);
  const double end = serve(accepted_, burst, write);
  ends_[oldest_] = end;
  if (++oldest_ == ends_.size()) oldest_ = 0;
  return end;
}

double MemoryPath::serve(double arrival, const Burst& burst, bool write) {
  if (!banks_) {
    const double memory_time = static_cast<double>(burst.bytes) * cycles_per_byte_;
    return memory_.reserve(arrival + latency_, memory_time) + memory_time;
  }
  const int64_t cycle = round_up(arrival * clock_ratio_ - kRounding);
  const BankedMemory::Served served =
      banks_->serve(cycle, burst.address, burst.bytes, write, !approximately_timed_);
  accepted_ = std::max(accepted_, static_cast<double>(served.accepted) * memory_cycle_);
  return static_cast<double>(served.end) * memory_cycle_;
}

void MemoryPath::prolong(double duration) {
  bus_.prolong(duration);
  memory_.prolong(duration);
  accepted_ += duration;
  for (double& end : ends_) end += duration;
}

}  // namespace hwcvp::latency
