// The report on models of memory traffic, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/accuracy.h"

namespace hwcvp {

// Aligned tables: errors by model, by model and schedule, what each model's choices cost, and what could not
// be expressed.
void print_report(std::ostream& out, const AccuracyReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const AccuracyReport& report);

}  // namespace hwcvp
