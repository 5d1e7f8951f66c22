// What the latency model needs of a DRAM with banks.
#pragma once

#include <array>
#include <cstdint>

namespace hwcvp {

// Times are in clock cycles of the memory and named as in the JEDEC standards; a command counts from its last
// cycle. The defaults are no device.
struct BankedDram {
  // A run of bits of an address.
  struct Field {
    int64_t shift = 0;
    int64_t count = 1;  // of values, a power of two
    int64_t of(int64_t address) const { return address >> shift & (count - 1); }
  };

  double clock_ratio = 1;     // its cycles in a cycle of the HWC
  int64_t access_bytes = 64;  // of a column command; a power of two
  Field channel, rank, bank_group, bank, row;

  int64_t queue_depth = 32;  // column accesses that wait in a channel
  bool closed_page = false;  // a row is closed after the last access to it that waits
  bool refresh_each_bank = false;

  int64_t burst_cycles = 4;  // that an access holds the data bus
  int64_t CL = 0, CWL = 0, tDQSCK = 0, tDQSS = 0;
  int64_t tRCD = 0, tRP = 0, tRPab = 0, tRAS = 0, tRC = 0;
  int64_t tCCD_S = 0, tCCD_L = 0, tRRD_S = 0, tRRD_L = 0, tFAW = 0;
  int64_t tWR = 0, tWTR_S = 0, tWTR_L = 0, tRTP = 0, tRTW = 0, tRTRS = 0, tPPD = 1;
  int64_t tRFC = 0, tPBR2PBR = 0;  // tRFC of one bank where each bank is refreshed apart
  int64_t refresh_interval = 0;    // between two refreshes of a rank
};

// Calls visit(name, value) for everything that a prediction depends on.
template <typename Visit>
void visit_dram(const BankedDram& d, Visit visit) {
  visit("clock_ratio", d.clock_ratio);
  visit("access_bytes", d.access_bytes);
  const auto field = [&visit](const char* name, const BankedDram::Field& f) {
    visit(name, std::array<int64_t, 2>{f.shift, f.count});
  };
  field("channel", d.channel);
  field("rank", d.rank);
  field("bank_group", d.bank_group);
  field("bank", d.bank);
  field("row", d.row);
  visit("queue_depth", d.queue_depth);
  visit("closed_page", d.closed_page);
  visit("refresh_each_bank", d.refresh_each_bank);
  visit("burst_cycles", d.burst_cycles);
  visit("CL", d.CL);
  visit("CWL", d.CWL);
  visit("tDQSCK", d.tDQSCK);
  visit("tDQSS", d.tDQSS);
  visit("tRCD", d.tRCD);
  visit("tRP", d.tRP);
  visit("tRPab", d.tRPab);
  visit("tRAS", d.tRAS);
  visit("tRC", d.tRC);
  visit("tCCD_S", d.tCCD_S);
  visit("tCCD_L", d.tCCD_L);
  visit("tRRD_S", d.tRRD_S);
  visit("tRRD_L", d.tRRD_L);
  visit("tFAW", d.tFAW);
  visit("tWR", d.tWR);
  visit("tWTR_S", d.tWTR_S);
  visit("tWTR_L", d.tWTR_L);
  visit("tRTP", d.tRTP);
  visit("tRTW", d.tRTW);
  visit("tRTRS", d.tRTRS);
  visit("tPPD", d.tPPD);
  visit("tRFC", d.tRFC);
  visit("tPBR2PBR", d.tPBR2PBR);
  visit("refresh_interval", d.refresh_interval);
}

}  // namespace hwcvp
