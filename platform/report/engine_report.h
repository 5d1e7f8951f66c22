// What the engines of the HWC did with their time, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/layer_report.h"

namespace hwcvp {

// Of each layer, and of all together.
void print_engines(std::ostream& out, const RunReport& report);

// The "engines" of docs/command-line.md, of one layer and of all together.
nlohmann::ordered_json engines_json(const JobObservation& observed);
nlohmann::ordered_json engines_json(const RunReport& report);

}  // namespace hwcvp
