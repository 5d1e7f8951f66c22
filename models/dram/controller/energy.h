// What a DRAM draws, from the currents of its data sheet and the commands that it was given.
#pragma once

#include "models/dram/controller/spec.h"
#include "models/dram/controller/statistics.h"

namespace hwcvp {

// In joules, all channels together.
struct DramEnergy {
  double activate = 0;  // ACT and PRE
  double read = 0;
  double write = 0;
  double refresh = 0;
  double background = 0;  // standby
  double total() const { return activate + read + write + refresh + background; }
};

// Does not model: termination and I/O beyond what the rails' IDD4 contain, power-down, temperature.
//
// `cycles` is the time that passed; statistics were taken at its end. For each rail with voltage V and each
// device of the rank that a command addresses, as in Micron's technical note TN-41-01 with times in seconds:
//   ACT and PRE  V (IDD0 tRC - IDD3N tRAS - IDD2N (tRC - tRAS))  each ACT
//   RD           V (IDD4R - IDD3N) burst                          each RD
//   WR           V (IDD4W - IDD3N) burst                          each WR
//   REF          V (IDD5B - IDD3N) tRFC                           each REF; REFpb: divided by the banks
//   background   V IDD3N while a bank of the rank is open, V IDD2N else
// A term that would be negative counts as 0.
DramEnergy estimate_energy(const DramSpec& spec, const DramStatistics& statistics, DramCycle cycles);

}  // namespace hwcvp
