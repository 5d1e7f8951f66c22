// What the HWC tells of its work.
#pragma once

#include <array>
#include <cstdint>
#include <systemc>

#include "models/hwc/opcode.h"

namespace hwcvp {

// What the HWC publishes of each command that ended.
struct CommandRecord {
  sc_core::sc_time start, end;
  hwc::Opcode opcode = hwc::Opcode::load_input;
  uint32_t number = 0;       // count of its engine, from 1
  uint64_t bytes = 0;        // moved at the memory port
  sc_core::sc_time arrival;  // in the FIFO
  sc_core::sc_time work;     // the part of end - start that EngineTime counts as busy
};

// What the HWC publishes, at the present simulated time, whenever a command arrives, starts or ends, and at a
// reset or an error.
struct EngineActivity {
  std::array<bool, kEngineCount> busy{};      // a command is in execution
  std::array<uint32_t, kEngineCount> done{};  // the tokens: commands completed since reset, modulo 2^32
};

}  // namespace hwcvp
