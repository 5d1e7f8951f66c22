// What a DRAM device and the channels built from it are: organization, timing in clock cycles, currents.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hwcvp {

// A time in clock cycles of the memory (two beats of the data bus each).
using DramCycle = int64_t;

// All counts are powers of two.
struct DramOrganization {
  int64_t channels = 1;
  int64_t ranks = 1;                  // of a channel
  int64_t bank_groups = 1;            // of a rank; 1 where the standard has none
  int64_t banks = 8;                  // of a bank group
  int64_t rows = 65536;               // of a bank
  int64_t columns = 1024;             // of a row, each as wide as the device
  int64_t device_width_bits = 8;      // data pins of a device
  int64_t devices = 8;                // of a rank
  int64_t burst_length = 8;           // beats
  int64_t data_rate_mt_per_s = 1600;  // 10^6 beats a second

  int64_t banks_per_rank() const { return bank_groups * banks; }
  int64_t banks_per_channel() const { return ranks * banks_per_rank(); }
  int64_t burst_bytes() const { return burst_length * device_width_bits * devices / 8; }
  int64_t bursts_per_row() const { return columns / burst_length; }
  uint64_t channel_bytes() const;
  uint64_t capacity_bytes() const { return channel_bytes() * static_cast<uint64_t>(channels); }
  double clock_ps() const { return 2e6 / static_cast<double>(data_rate_mt_per_s); }
};

// In clock cycles, named as in the JEDEC standards. A command counts from its last cycle, as in LPDDR4.
struct DramTiming {
  DramCycle CL = 0;        // RD to the first beat, without tDQSCK
  DramCycle CWL = 0;       // WR to the first beat, without tDQSS
  DramCycle tRCD = 0;      // ACT to RD or WR
  DramCycle tRP = 0;       // PRE to ACT
  DramCycle tRPab = 0;     // PREab to ACT or REF
  DramCycle tRAS = 0;      // ACT to PRE
  DramCycle tRC = 0;       // ACT to ACT, same bank
  DramCycle tCCD_S = 0;    // RD to RD, WR to WR: another bank group
  DramCycle tCCD_L = 0;    // the same bank group
  DramCycle tRRD_S = 0;    // ACT to ACT: another bank group
  DramCycle tRRD_L = 0;    // the same bank group
  DramCycle tFAW = 0;      // a window that holds at most four ACT of a rank
  DramCycle tWR = 0;       // last beat written to PRE
  DramCycle tWTR_S = 0;    // last beat written to RD: another bank group
  DramCycle tWTR_L = 0;    // the same bank group
  DramCycle tRTP = 0;      // RD to PRE
  DramCycle tRTW = 0;      // last beat read to the first cycle of write data: turnaround of the data bus
  DramCycle tRTRS = 0;     // idle cycles of the data bus between bursts of two ranks
  DramCycle tPPD = 1;      // PRE to PRE
  DramCycle tDQSCK = 0;    // further delay of read data
  DramCycle tDQSS = 0;     // further delay of write data
  DramCycle tRFC = 0;      // REF (all banks) to the next command of the rank
  DramCycle tREFI = 0;     // between two REF of a rank
  DramCycle tRFCpb = 0;    // REFpb to ACT of the bank; 0: the standard has no refresh of single banks
  DramCycle tREFIpb = 0;   // between two REFpb of a rank
  DramCycle tPBR2PBR = 0;  // REFpb to REFpb of another bank
  // Cycles of the command bus that a command takes.
  DramCycle command_ACT = 1;
  DramCycle command_CAS = 1;
  DramCycle command_PRE = 1;
  DramCycle command_REF = 1;
};

// One supply of a device: what it draws in the situations that data sheets define, in mA.
struct DramRail {
  std::string name;
  double volts = 0;
  double IDD0 = 0;   // one bank, ACT to PRE every tRC
  double IDD2N = 0;  // standby, all banks closed
  double IDD3N = 0;  // standby, banks open
  double IDD4R = 0;  // reading without gaps
  double IDD4W = 0;  // writing without gaps
  double IDD5B = 0;  // refreshing without gaps
};

struct DramSpec {
  std::string name;
  DramOrganization organization;
  DramTiming timing;
  std::vector<DramRail> rails;

  // Throws std::invalid_argument, naming the field, where the figures contradict one another.
  void validate() const;

  DramCycle burst_cycles() const { return organization.burst_length / 2; }
  DramCycle read_latency() const { return timing.CL + timing.tDQSCK + burst_cycles(); }   // to the last beat
  DramCycle write_latency() const { return timing.CWL + timing.tDQSS + burst_cycles(); }  // to the last beat
  double peak_bytes_per_second() const;                                                   // of all channels
};

}  // namespace hwcvp
