// `--stacks` of `optimize` and `sweep`: a whole network, cut into stacks of operators that run in one
// pass.
#pragma once

#include "platform/cli/options.h"

namespace hwcvp {

// Declares --stacks.
void add_stacks_option(CommandOptions& options);

// Carry out `optimize` and `sweep` with it. Return the exit status; throw InputError.
int optimize_stacks(const CommandOptions& options);
int sweep_stacks(const CommandOptions& options);

}  // namespace hwcvp
