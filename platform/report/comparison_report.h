// The report of a comparison, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/comparison.h"

namespace hwcvp {

// What the reduction is measured against: the claim of the paper that the HWC comes from.
inline constexpr double kClaimedReduction = 14;

// One buffer size: a table of layers. Several: the HWCE's layers, then the totals by buffer size and where
// the claimed reduction is reached.
void print_comparison(std::ostream& out, const ComparisonReport& report);
// The document that docs/command-line.md describes.
nlohmann::ordered_json to_json(const ComparisonReport& report);

}  // namespace hwcvp
