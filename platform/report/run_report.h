// The report of a run, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/layer_report.h"

namespace hwcvp {

// Aligned tables: schedules, traffic by tensor, cycles.
void print_report(std::ostream& out, const RunReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const RunReport& report);

}  // namespace hwcvp
