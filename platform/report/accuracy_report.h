// The report on models of memory traffic, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/observation/accuracy.h"
#include "platform/report/answer.h"

namespace hwcvp {

// The sections of the answer, for options, and the answer: errors by model, by model and schedule, what each
// model's choices cost, and what could not be expressed. The report must outlive it. The subject is left to
// the command.
std::vector<std::string> accuracy_section_names();
Answer answer(const AccuracyReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const AccuracyReport& report);

}  // namespace hwcvp
