// The built-in networks, one file each.
#pragma once

#include "schedules/network.h"

namespace hwcvp::networks {

Network alexnet();

}  // namespace hwcvp::networks
