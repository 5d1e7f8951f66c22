// The choice of the instruction set.
#pragma once

#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

// The one in use: the best that the machine has, unless another was selected.
const InstructionSet& selected_instruction_set();

}  // namespace hwcvp::kernels
