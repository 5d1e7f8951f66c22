// Networks: named lists of layers.
#pragma once

#include <string>
#include <vector>

#include "schedules/workload/layer.h"

namespace hwcvp {

struct Network {
  std::string name;
  std::string description;
  std::vector<Layer> layers;
};

// Names of the built-in networks.
std::vector<std::string> network_names();
// Throws InputError, listing the names, for an unknown one.
Network builtin_network(const std::string& name);

}  // namespace hwcvp
