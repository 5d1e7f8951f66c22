// Divergences as warnings of the simulation.
#pragma once

#include <string>
#include <vector>

#include "platform/observation/divergence.h"

namespace hwcvp {

// A SystemC warning of type "/hwcvp/monitor" for each.
void report_divergences(const std::string& layer_name, const std::vector<Divergence>& divergences);

}  // namespace hwcvp
