// What the timed DRAM did in a run, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/dram_observation.h"

namespace hwcvp {

void print_report(std::ostream& out, const DramObservation& dram);
// The object that docs/command-line.md describes.
nlohmann::ordered_json to_json(const DramObservation& dram);

}  // namespace hwcvp
