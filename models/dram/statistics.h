// What a DRAM controller counts.
#pragma once

#include <array>
#include <cstdint>

#include "models/dram/spec.h"

namespace hwcvp {

// A histogram of durations with buckets an eighth of a power of two wide, exact below 16; constant in size.
class DramLatencyHistogram {
 public:
  void add(DramCycle cycles);

  uint64_t count() const { return count_; }
  DramCycle least() const { return count_ == 0 ? 0 : least_; }
  DramCycle most() const { return most_; }
  double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  // The upper end of the bucket that holds the given part (0 to 1) of the durations, at most `most()`.
  DramCycle quantile(double part) const;

 private:
  static constexpr size_t kBuckets = 16 + 40 * 8;
  static size_t bucket(uint64_t cycles);
  static DramCycle upper_end(size_t bucket);

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t count_ = 0;
  int64_t sum_ = 0;
  DramCycle least_ = INT64_MAX;
  DramCycle most_ = 0;
};

struct DramStatistics {
  uint64_t requests = 0;
  uint64_t request_bytes = 0;    // asked for; bursts move whole ones
  uint64_t reads = 0;            // RD and RDA
  uint64_t writes = 0;           // WR and WRA
  uint64_t activates = 0;        // ACT
  uint64_t precharges = 0;       // PRE, RDA and WRA; PREab counts each open bank
  uint64_t refreshes_all = 0;    // REF
  uint64_t refreshes_bank = 0;   // REFpb
  uint64_t row_hits = 0;         // accesses whose row was open,
  uint64_t row_misses = 0;       // whose bank was closed,
  uint64_t row_conflicts = 0;    // whose bank had another row open, which was closed for them
  DramCycle first_arrival = -1;  // of a request; -1: none came
  DramCycle last_finish = 0;
  DramCycle busy_cycles = 0;     // in which a request was under way
  DramCycle active_cycles = 0;   // in which a bank was open, summed over the ranks
  DramLatencyHistogram latency;  // of requests, from the arrival to the last beat

  uint64_t accesses() const { return reads + writes; }
};

}  // namespace hwcvp
