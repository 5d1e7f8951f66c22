#include "models/kernels/instruction_sets.h"

#include <cstring>

#include "models/kernels/convolution_kernel.h"

namespace hwcvp {

namespace kernels {

namespace {

// Best first.
constexpr const InstructionSet* kInstructionSets[] = {&portable};

const InstructionSet*& selected() {
  static const InstructionSet* set = [] {
    for (const InstructionSet* candidate : kInstructionSets) {
      if (candidate->available()) return candidate;
    }
    return &portable;
  }();
  return set;
}

}  // namespace

const InstructionSet& selected_instruction_set() { return *selected(); }

}  // namespace kernels

const char* kernel_instruction_set() { return kernels::selected_instruction_set().name; }

std::vector<const char*> kernel_instruction_sets() {
  std::vector<const char*> names;
  for (const kernels::InstructionSet* set : kernels::kInstructionSets) {
    if (set->available()) names.push_back(set->name);
  }
  return names;
}

bool select_kernel_instruction_set(const char* name) {
  for (const kernels::InstructionSet* set : kernels::kInstructionSets) {
    if (std::strcmp(set->name, name) == 0 && set->available()) {
      kernels::selected() = set;
      return true;
    }
  }
  return false;
}

}  // namespace hwcvp
