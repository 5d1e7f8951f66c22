// Where a document comes from.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "platform/cli/options.h"
#include "platform/config/config.h"

namespace hwcvp {

// Adds "provenance", as docs/command-line.md describes it: the program's version and commit, what form the
// document has, the command line, when and where it ran, the seed of a command that has one, and the machine
// as resolved.
void add_provenance(nlohmann::ordered_json& document, const CommandOptions& options,
                    const PlatformConfig& config, std::optional<uint64_t> seed = std::nullopt);

}  // namespace hwcvp
