// What an experiment keeps of a command's answer.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hwcvp {

// Sums over the layers, operators or stacks that the command was about. None where the command does not tell.
struct Figures {
  std::optional<int64_t> predicted_bytes, observed_bytes;
  std::optional<int64_t> bound_bytes;  // that no schedule moves less than
  std::optional<int64_t> predicted_cycles, observed_cycles;
  std::optional<int64_t> macs;
  std::optional<bool> optimal, match, verified;
};

// Of the document that optimize, run or infer print with --json.
Figures figures_of(const nlohmann::json& document);

// Names of the figures, with units, in the order of values().
const std::vector<std::string>& figure_names();
// true and false as 1 and 0.
std::vector<std::optional<int64_t>> values(const Figures& figures);

}  // namespace hwcvp
