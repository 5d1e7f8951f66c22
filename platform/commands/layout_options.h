// The option that says how tensors lie in memory.
#pragma once

#include "platform/cli/options.h"
#include "platform/config/config.h"
#include "platform/prediction/bus_prediction.h"

namespace hwcvp {

// Declares --layout.
void add_layout_option(CommandOptions& options);

// The layouts that --layout leaves to choose from, one for each tensor where it does not say `any`; those of
// the platform for tensors that it does not name. Throws InputError.
LayoutCandidates read_layouts(const CommandOptions& options, const PlatformConfig& config);

}  // namespace hwcvp
