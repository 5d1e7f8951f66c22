// What the engines of the HWC execute.
#pragma once

#include <cstdint>

#include "models/common/engine.h"

namespace hwcvp::hwc {

// Values as in PUSH.OPCODE.
enum class Opcode : uint8_t {
  load_input = 1,
  load_weight,
  load_psum,
  load_params,
  keep_input,
  compute,
  store_output,
  store_psum,
  vector,
  load_region,
  store_region
};
// "LOAD_INPUT", ..., as in the register description.
const char* to_string(Opcode opcode);

// The engine that executes a command.
constexpr Engine engine_of(Opcode opcode) {
  return opcode < Opcode::compute || opcode == Opcode::load_region ? Engine::load
         : opcode == Opcode::compute                               ? Engine::compute
         : opcode == Opcode::vector                                ? Engine::vector
                                                                   : Engine::store;
}

}  // namespace hwcvp::hwc
