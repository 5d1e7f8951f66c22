// DRAM specifications as JSON files: every figure with its unit and its source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/dram/controller/spec.h"

namespace hwcvp {

// Names of the presets that are built in.
std::vector<std::string> dram_preset_names();

// The preset of that name, else the file at that path. Throws InputError naming file and field for anything
// that platform/schema/dram.schema.json does not allow, unknown keys included, and for figures that
// contradict one another.
DramSpec find_dram_spec(const std::string& name_or_path);

// The same for a document at hand; `where` begins every message. Durations in ns become clock cycles by the
// rounding of JESD79-4: up, unless they exceed a whole number by less than 0.026 clock cycles. Intervals of
// refresh are rounded down.
DramSpec dram_spec_from_json(const nlohmann::json& json, const std::string& where);

}  // namespace hwcvp
