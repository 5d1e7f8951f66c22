#include "schedules/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schedules/error.h"
#include "schedules/networks/networks.h"

namespace hwcvp {

namespace {

struct Entry {
  const char* name;
  Network (*make)();
};

constexpr Entry kNetworks[] = {{"alexnet", networks::alexnet}};

}  // namespace

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kNetworks) names.emplace_back(entry.name);
  return names;
}

Network builtin_network(const std::string& name) {
  for (const Entry& entry : kNetworks) {
    if (name == entry.name) return entry.make();
  }
  throw InputError(
      fmt::format("network: expected one of {}, found {}", fmt::join(network_names(), ", "), name));
}

}  // namespace hwcvp
