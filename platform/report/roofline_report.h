// Positions under the roofline, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/layer_report.h"
#include "schedules/roofline.h"

namespace hwcvp {

// As observed of each layer.
void print_roofline(std::ostream& out, const RunReport& report);

// The "roofline" of docs/command-line.md.
nlohmann::ordered_json to_json(const RooflinePosition& position);

}  // namespace hwcvp
