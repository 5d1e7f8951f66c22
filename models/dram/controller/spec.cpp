#include "models/dram/controller/spec.h"

#include <stdexcept>

namespace hwcvp {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

void expect_power_of_two(int64_t value, int64_t most, const char* field) {
  if (value < 1 || value > most || (value & (value - 1)) != 0) {
    fail(std::string("organization.") + field + ": expected a power of two between 1 and " +
         std::to_string(most) + ", found " + std::to_string(value));
  }
}

void validate_organization(const DramOrganization& o) {
  expect_power_of_two(o.channels, 16, "channels");
  expect_power_of_two(o.ranks, 8, "ranks");
  expect_power_of_two(o.bank_groups, 16, "bank_groups");
  expect_power_of_two(o.banks, 64, "banks");
  expect_power_of_two(o.rows, int64_t{1} << 24, "rows");
  expect_power_of_two(o.columns, int64_t{1} << 20, "columns");
  expect_power_of_two(o.device_width_bits, 128, "device_width_bits");
  expect_power_of_two(o.devices, 64, "devices");
  expect_power_of_two(o.burst_length, 32, "burst_length");
  if (o.banks_per_channel() > 64) fail("organization.banks: expected at most 64 banks in a channel");
  if (o.burst_length < 2) fail("organization.burst_length: expected at least 2");
  if (o.columns < o.burst_length) fail("organization.columns: expected at least burst_length");
  if (o.burst_bytes() < 1) fail("organization.burst_length: expected bursts of at least a byte");
  if (o.data_rate_mt_per_s < 1) fail("organization.data_rate_mt_per_s: expected at least 1");
}

struct Field {
  const char* name;
  DramCycle value;
  DramCycle limit;
};

}  // namespace

uint64_t DramOrganization::channel_bytes() const {
  return static_cast<uint64_t>(banks_per_channel()) * static_cast<uint64_t>(rows) *
         static_cast<uint64_t>(bursts_per_row()) * static_cast<uint64_t>(burst_bytes());
}

void DramSpec::validate() const {
  validate_organization(organization);
  const DramTiming& t = timing;
  for (const Field& field : {Field{"CL", t.CL, 1},
                             Field{"CWL", t.CWL, 1},
                             Field{"tRCD", t.tRCD, 1},
                             Field{"tRP", t.tRP, 1},
                             Field{"tRPab", t.tRPab, t.tRP},
                             Field{"tRAS", t.tRAS, t.tRCD},
                             Field{"tRC", t.tRC, t.tRAS + 1},
                             Field{"tCCD_S", t.tCCD_S, burst_cycles()},
                             Field{"tCCD_L", t.tCCD_L, t.tCCD_S},
                             Field{"tRRD_S", t.tRRD_S, 1},
                             Field{"tRRD_L", t.tRRD_L, t.tRRD_S},
                             Field{"tFAW", t.tFAW, t.tRRD_S},
                             Field{"tWR", t.tWR, 1},
                             Field{"tWTR_S", t.tWTR_S, 1},
                             Field{"tWTR_L", t.tWTR_L, t.tWTR_S},
                             Field{"tRTP", t.tRTP, 1},
                             Field{"tRTW", t.tRTW, 0},
                             Field{"tRTRS", t.tRTRS, 0},
                             Field{"tPPD", t.tPPD, 1},
                             Field{"tDQSCK", t.tDQSCK, 0},
                             Field{"tDQSS", t.tDQSS, 0},
                             Field{"tRFC", t.tRFC, 1},
                             Field{"tREFI", t.tREFI, t.tRFC + t.tRPab + t.tRAS},
                             Field{"tRFCpb", t.tRFCpb, 0},
                             Field{"command_ACT", t.command_ACT, 1},
                             Field{"command_CAS", t.command_CAS, 1},
                             Field{"command_PRE", t.command_PRE, 1},
                             Field{"command_REF", t.command_REF, 1}}) {
    if (field.value < field.limit) {
      fail(std::string("timing.") + field.name + ": expected at least " + std::to_string(field.limit) +
           " clock cycles, found " + std::to_string(field.value));
    }
  }
  constexpr DramCycle kLongestCommand = 64;
  for (const Field& field : {Field{"command_ACT", t.command_ACT, kLongestCommand},
                             Field{"command_CAS", t.command_CAS, kLongestCommand},
                             Field{"command_PRE", t.command_PRE, kLongestCommand},
                             Field{"command_REF", t.command_REF, kLongestCommand}}) {
    if (field.value > field.limit) {
      fail(std::string("timing.") + field.name + ": expected at most " + std::to_string(field.limit) +
           " clock cycles, found " + std::to_string(field.value));
    }
  }
  if (t.tRFCpb > 0 && (t.tPBR2PBR < 1 || t.tREFIpb <= t.tPBR2PBR || t.tREFIpb <= t.tRC)) {
    fail("timing.tREFIpb: expected more than tPBR2PBR and tRC, and tPBR2PBR at least 1 clock cycle");
  }
}

double DramSpec::peak_bytes_per_second() const {
  const DramOrganization& o = organization;
  return static_cast<double>(o.channels * o.device_width_bits * o.devices) / 8 *
         static_cast<double>(o.data_rate_mt_per_s) * 1e6;
}

}  // namespace hwcvp
