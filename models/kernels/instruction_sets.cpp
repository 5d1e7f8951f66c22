#include "models/kernels/instruction_sets.h"

#include "models/kernels/convolution_kernel.h"
#include "models/kernels/selection.h"

namespace hwcvp::kernels {

namespace {

#ifdef HWCVP_KERNELS_X86
bool has_avx2() { return __builtin_cpu_supports("avx2"); }
bool has_avx512bw() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
bool has_avx512_vnni() { return has_avx512bw() && __builtin_cpu_supports("avx512vnni"); }
#endif
bool always() { return true; }

// Best first.
const InstructionSet kInstructionSets[] = {
#ifdef HWCVP_KERNELS_X86
    {"avx512-vnni", has_avx512_vnni, avx512_vnni_bytes, avx512_vnni_words, requantize_avx512bw},
    {"avx512bw", has_avx512bw, avx512bw_words, avx512bw_words, requantize_avx512bw},
    {"avx2", has_avx2, avx2_words, avx2_words, requantize_avx2},
#endif
    {"portable", always, portable_words, portable_words, requantize_portable},
};

auto& selection() {
  static Selection selection(kInstructionSets);
  return selection;
}

}  // namespace

const InstructionSet& selected_instruction_set() { return selection().current(); }

const char* kernel_instruction_set() { return selected_instruction_set().name; }

std::vector<const char*> kernel_instruction_sets() { return selection().names(); }

bool select_kernel_instruction_set(const char* name) { return selection().select(name); }

}  // namespace hwcvp::kernels
