// Counts the instructions of a block of RISC-V code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp::cpu {

// Does not notice code that changes once counted (the firmware does not modify itself): forget() then.
//
// A count ends with a WFI, where the processor leaves the block. Counts are kept, as the same blocks run
// again and again.
class InstructionCounter {
 public:
  // Code lies in the `bytes` bytes of `ram`, which the processor sees from `base`.
  InstructionCounter(const unsigned char* ram, uint64_t base, size_t bytes)
      : ram_(ram), base_(base), bytes_(bytes), counts_(bytes / 2) {}

  // Instructions in the block of `bytes` bytes at `pc`; 0 for a block outside the RAM.
  uint32_t count(uint64_t pc, uint32_t bytes) {
    const uint64_t index = (pc - base_) / 2;
    if (index >= counts_.size()) {
      return 0;
    }
    Count& kept = counts_[index];
    if (kept.bytes != bytes) {
      kept = {bytes, decode(pc - base_, bytes)};
    }
    return kept.instructions;
  }

  void forget() { counts_.assign(counts_.size(), {}); }

 private:
  struct Count {
    uint32_t bytes = 0;
    uint32_t instructions = 0;
  };

  uint32_t decode(uint64_t offset, uint32_t bytes) const;

  const unsigned char* ram_;
  const uint64_t base_;
  const size_t bytes_;
  std::vector<Count> counts_;  // by the block's first halfword
};

}  // namespace hwcvp::cpu
