// The options that say what the simulated machine is like.
#pragma once

#include <string>
#include <vector>

#include "platform/cli/options.h"
#include "platform/config/config.h"

namespace hwcvp {

// Declares --platform and --set.
void add_platform_options(
    CommandOptions& options,
    const char* platform = "platform file (JSON); `hwcvp platform` prints the built-in one");

// The platform file or the built-in machine, with --set, --dram and --cpu in place of what stands there.
// Throws InputError, also where a property is given by --set and by an option of its own.
PlatformConfig read_platform_options(const CommandOptions& options);

// The paths that --set names. Throws InputError for paths that are no property, or are named twice.
std::vector<std::string> set_paths(const CommandOptions& options);

}  // namespace hwcvp
