#include "models/dram/controller/address_mapping.h"

#include <array>

namespace hwcvp::dram {

namespace {

unsigned bits_for(int64_t count) {
  unsigned bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  return bits;
}

}  // namespace

AddressMapping::AddressMapping(const DramOrganization& organization, const DramFieldOrder& order) {
  const std::array<int64_t, DramFieldOrder::kFields> counts = {
      organization.channels, organization.ranks, organization.bank_groups,
      organization.banks,    organization.rows,  organization.bursts_per_row()};
  unsigned shift = bits_for(organization.burst_bytes());
  for (auto field = order.fields().rbegin(); field != order.fields().rend(); ++field) {
    fields_[*field] = {shift, static_cast<uint32_t>(counts[*field] - 1)};
    shift += bits_for(counts[*field]);
  }
}

}  // namespace hwcvp::dram
