#include "models/hwc/opcode.h"

namespace hwcvp::hwc {

const char* to_string(Opcode opcode) {
  switch (opcode) {
    case Opcode::load_input:
      return "LOAD_INPUT";
    case Opcode::load_weight:
      return "LOAD_WEIGHT";
    case Opcode::load_psum:
      return "LOAD_PSUM";
    case Opcode::load_params:
      return "LOAD_PARAMS";
    case Opcode::keep_input:
      return "KEEP_INPUT";
    case Opcode::compute:
      return "COMPUTE";
    case Opcode::store_output:
      return "STORE_OUTPUT";
    case Opcode::store_psum:
      return "STORE_PSUM";
    case Opcode::vector:
      return "VECTOR";
    case Opcode::load_region:
      return "LOAD_REGION";
    case Opcode::store_region:
      return "STORE_REGION";
  }
  return "?";
}

}  // namespace hwcvp::hwc
