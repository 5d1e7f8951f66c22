#include "models/dram/controller/address_mapping.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace hwcvp::dram {

namespace {

unsigned bits_for(int64_t count) {
  unsigned bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  return bits;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, '-');) parts.push_back(part);
  return parts;
}

}  // namespace

AddressMapping::AddressMapping(const DramOrganization& organization, const std::string& order) {
  static constexpr std::array<const char*, kFields> kNames = {"channel", "rank", "bank_group",
                                                              "bank",    "row",  "column"};
  const std::array<int64_t, kFields> counts = {organization.channels,    organization.ranks,
                                               organization.bank_groups, organization.banks,
                                               organization.rows,        organization.bursts_per_row()};
  const std::vector<std::string> names = split(order);
  std::array<bool, kFields> seen{};
  unsigned shift = bits_for(organization.burst_bytes());
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const auto found = std::find(kNames.begin(), kNames.end(), *name);
    const auto index = static_cast<size_t>(found - kNames.begin());
    if (found == kNames.end() || seen[index]) break;
    seen[index] = true;
    fields_[index] = {shift, static_cast<uint32_t>(counts[index] - 1)};
    shift += bits_for(counts[index]);
  }
  if (names.size() != kFields || !std::all_of(seen.begin(), seen.end(), [](bool s) { return s; })) {
    throw std::invalid_argument(
        "mapping: expected row, rank, bank, column, bank_group and channel once each, separated by '-', "
        "found \"" +
        order + "\"");
  }
}

}  // namespace hwcvp::dram
