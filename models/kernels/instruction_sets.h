// The choice of the instruction set.
#pragma once

#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

struct InstructionSet {
  const char* name;
  bool (*available)();  // on this machine
  const KernelFunctions& bytes;
  const KernelFunctions& words;
  decltype(&requantize_portable) requantize;
};

// The one in use: the best that the machine has, unless another was selected.
const InstructionSet& selected_instruction_set();

}  // namespace hwcvp::kernels
