// Networks as JSON files.
#pragma once

#include <string>

#include "schedules/networks/network.h"

namespace hwcvp {

// Reads {"name": ..., "layers": [...]}, the form that `hwcvp networks NAME --json` prints; what that has
// besides is not read. The name is the path where there is none. Throws InputError naming file and field.
Network read_network(const std::string& path);

}  // namespace hwcvp
