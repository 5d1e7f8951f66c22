// What a generated register table says of each register.
#pragma once

#include <cstdint>

namespace hwcvp::registers {

enum class RegisterAccess : uint8_t { read_only, read_write, write_only, write_one_clears };

struct RegisterDescription {
  const char* name;
  uint32_t offset;  // bytes from the start of the block
  RegisterAccess access;
  uint32_t reset;
  uint32_t defined_bits;  // bits outside are reserved: they read as zero and must be written as zero
};

}  // namespace hwcvp::registers
