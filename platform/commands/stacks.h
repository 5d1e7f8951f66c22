// `optimize --stacks`: a whole network, cut into stacks of operators that run in one pass.
#pragma once

#include "platform/cli/options.h"

namespace hwcvp {

// Declares --stacks.
void add_stacks_option(CommandOptions& options);

// Carries out `optimize` with it. Returns the exit status; throws InputError.
int optimize_stacks(const CommandOptions& options);

}  // namespace hwcvp
