// What a run of the program prints as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/program/program.h"

namespace hwcvp {

// Runs hwcvp with these arguments and --json, and expects that it succeeds and prints one object, which is
// returned without its provenance.
nlohmann::json run_json(const ProgramFolder& folder, const std::string& arguments);

}  // namespace hwcvp
