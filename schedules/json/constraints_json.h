// Constraints as JSON (schedules/schema/constraints.schema.json).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "schedules/constraints/constraints.h"

namespace hwcvp {

// What a constraints file holds.
struct ConstraintsFile {
  Constraints constraints;
  std::optional<PerTensor<bool>> double_buffer;  // where the file names it
};

// Checks types, ranges and unknown keys against the schema; what depends on the layer is left to
// Constraints::validate(). `where` (a file name) begins every message. Throws InputError.
ConstraintsFile constraints_from_json(const nlohmann::json& json, const std::string& where);
ConstraintsFile read_constraints(const std::string& path);

// In the form that constraints_from_json() reads, without double_buffer.
nlohmann::json to_json(const Constraints& constraints);

}  // namespace hwcvp
