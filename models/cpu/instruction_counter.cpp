#include "models/cpu/instruction_counter.h"

#include <algorithm>
#include <cstring>

namespace hwcvp::cpu {

namespace {

constexpr uint32_t kWfi = 0x10500073;

}  // namespace

uint32_t InstructionCounter::decode(uint64_t offset, uint32_t bytes) const {
  const uint64_t end = std::min<uint64_t>(offset + bytes, bytes_);
  uint32_t instructions = 0;
  while (offset + 2 <= end) {
    ++instructions;
    uint32_t word = 0;
    std::memcpy(&word, ram_ + offset, std::min<size_t>(sizeof word, bytes_ - offset));
    if (word == kWfi) {
      break;
    }
    offset += (word & 3) == 3 ? 4 : 2;  // the two low bits tell 32-bit instructions from compressed ones
  }
  return instructions;
}

}  // namespace hwcvp::cpu
