#include "schedules/networks/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schedules/networks/networks.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

struct Entry {
  const char* name;
  Network (*make)();
};

constexpr Entry kNetworks[] = {
    {"alexnet", networks::alexnet},
    {"zfnet", networks::zfnet},
    {"vgg16", networks::vgg16},
    {"googlenet", networks::googlenet},
    {"resnet18", networks::resnet18},
    {"resnet50", networks::resnet50},
    {"squeezenet1.1", networks::squeezenet11},
    {"mobilenetv1", networks::mobilenet_v1},
    {"mobilenetv2", networks::mobilenet_v2},
};

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
  throw InputError(fmt::format("network: expected one of {}, found {}{}", fmt::join(network_names(), ", "),
                               shown(name), did_you_mean(name, network_names())));
}

}  // namespace hwcvp
