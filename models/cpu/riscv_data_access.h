// Which memory a RISC-V instruction is about to access.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace hwcvp::cpu {

struct DataAccess {
  uint64_t address;
  uint64_t bytes;
  bool reads;
  bool writes;
};

// Decodes the loads, stores and atomic accesses of RV64IMAC (RISC-V unprivileged specification, chapters 2,
// 5, 8 and 16). `instruction` is the word at the pc, of which a compressed one fills the lower half; `x`
// gives the registers x0 to x31. Nothing for other instructions.
std::optional<DataAccess> data_access(uint32_t instruction, const std::function<uint64_t(unsigned)>& x);

}  // namespace hwcvp::cpu
