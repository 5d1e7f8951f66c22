// The report of a comparison, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/observation/comparison.h"
#include "platform/report/answer.h"

namespace hwcvp {

// What the reduction is measured against: the claim of the paper that the HWC comes from.
inline constexpr double kClaimedReduction = 14;

// The sections of the answer, for options, and the answer: with one buffer size a table of layers, with
// several the HWCE's layers, then the totals by buffer size; and where the claimed reduction is reached. The
// report must outlive it. The subject is left to the command.
std::vector<std::string> comparison_section_names();
Answer answer(const ComparisonReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const ComparisonReport& report);

}  // namespace hwcvp
