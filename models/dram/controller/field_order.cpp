#include "models/dram/controller/field_order.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace hwcvp {

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, '-');) parts.push_back(part);
  return parts;
}

}  // namespace

DramFieldOrder::DramFieldOrder(const std::string& names) {
  const std::vector<std::string> parts = split(names);
  std::array<bool, kFields> seen{};
  for (size_t i = 0; i < parts.size() && i < kFields; ++i) {
    const auto found = std::find(kNames.begin(), kNames.end(), parts[i]);
    if (found == kNames.end()) break;
    fields_[i] = static_cast<Field>(found - kNames.begin());
    seen[fields_[i]] = true;
  }
  if (parts.size() != kFields || !std::all_of(seen.begin(), seen.end(), [](bool s) { return s; })) {
    throw std::invalid_argument(
        "mapping: expected row, rank, bank, column, bank_group and channel once each, separated by '-', "
        "found \"" +
        names + "\"");
  }
}

std::string DramFieldOrder::name() const {
  std::string names;
  for (const Field field : fields_) names += (names.empty() ? "" : "-") + std::string(kNames[field]);
  return names;
}

}  // namespace hwcvp
