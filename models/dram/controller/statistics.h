// What a DRAM controller counts.
#pragma once

#include <cstdint>

#include "models/common/histogram.h"
#include "models/dram/controller/spec.h"

namespace hwcvp {

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
  DramCycle busy_cycles = 0;    // in which a request was under way
  DramCycle active_cycles = 0;  // in which a bank was open, summed over the ranks
  Histogram latency;            // of requests in clock cycles, from the arrival to the last beat

  uint64_t accesses() const { return reads + writes; }
};

}  // namespace hwcvp
