#include "models/cpu/riscv_data_access.h"

namespace hwcvp::cpu {

namespace {

using Registers = std::function<uint64_t(unsigned)>;

constexpr unsigned kStackPointer = 2;

// Bits `most` to `least` of a word, moved to `to`.
constexpr uint32_t bits(uint32_t word, unsigned most, unsigned least, unsigned to = 0) {
  return (word >> least & ((1u << (most - least + 1)) - 1)) << to;
}

std::optional<DataAccess> full_access(uint32_t word, const Registers& x) {
  enum Opcode : uint32_t { kLoad = 0x03, kStore = 0x23, kAtomic = 0x2f };
  enum AtomicFunction : uint32_t { kLoadReserved = 2, kStoreConditional = 3 };
  const uint64_t base = x(bits(word, 19, 15));
  const uint64_t bytes = uint64_t{1} << bits(word, 13, 12);
  const auto signed_upper = static_cast<int32_t>(word);
  switch (bits(word, 6, 0)) {
    case kLoad:
      return DataAccess{base + static_cast<uint64_t>(int64_t{signed_upper >> 20}), bytes, true, false};
    case kStore: {
      const int64_t offset = (signed_upper >> 25) * 32 + static_cast<int64_t>(bits(word, 11, 7));
      return DataAccess{base + static_cast<uint64_t>(offset), bytes, false, true};
    }
    case kAtomic: {
      const uint32_t function = bits(word, 31, 27);
      return DataAccess{base, bytes, function != kStoreConditional, function != kLoadReserved};
    }
    default:
      return std::nullopt;
  }
}

std::optional<DataAccess> compressed_access(uint32_t word, const Registers& x) {
  enum Function : uint32_t { kLoadWord = 2, kLoadDouble = 3, kStoreWord = 6, kStoreDouble = 7 };
  const bool by_stack_pointer = bits(word, 1, 0) == 2;
  if (!by_stack_pointer && bits(word, 1, 0) != 0) return std::nullopt;
  const auto access = [&](uint32_t offset, uint64_t bytes, bool reads) {
    const uint64_t base = x(by_stack_pointer ? kStackPointer : 8 + bits(word, 9, 7));
    return DataAccess{base + offset, bytes, reads, !reads};
  };
  const uint32_t word_offset = bits(word, 12, 10, 3) | bits(word, 6, 6, 2) | bits(word, 5, 5, 6);
  const uint32_t double_offset = bits(word, 12, 10, 3) | bits(word, 6, 5, 6);
  switch (bits(word, 15, 13)) {
    case kLoadWord:
      return access(
          by_stack_pointer ? bits(word, 12, 12, 5) | bits(word, 6, 4, 2) | bits(word, 3, 2, 6) : word_offset,
          4, true);
    case kLoadDouble:
      return access(by_stack_pointer ? bits(word, 12, 12, 5) | bits(word, 6, 5, 3) | bits(word, 4, 2, 6)
                                     : double_offset,
                    8, true);
    case kStoreWord:
      return access(by_stack_pointer ? bits(word, 12, 9, 2) | bits(word, 8, 7, 6) : word_offset, 4, false);
    case kStoreDouble:
      return access(by_stack_pointer ? bits(word, 12, 10, 3) | bits(word, 9, 7, 6) : double_offset, 8, false);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<DataAccess> data_access(uint32_t instruction, const Registers& x) {
  return (instruction & 3) == 3 ? full_access(instruction, x) : compressed_access(instruction, x);
}

}  // namespace hwcvp::cpu
