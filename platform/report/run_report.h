// The report of a run, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/observation/layer_report.h"
#include "platform/report/answer.h"

namespace hwcvp {

// The sections of the answer and, for options, their names with those that `run` adds. The report must
// outlive the answer, whose subject is left to the command.
std::vector<std::string> run_section_names();
Answer answer(const RunReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const RunReport& report);

}  // namespace hwcvp
