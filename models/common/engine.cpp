#include "models/common/engine.h"

namespace hwcvp {

const char* to_string(Engine engine) {
  switch (engine) {
    case Engine::load:
      return "load";
    case Engine::compute:
      return "compute";
    case Engine::vector:
      return "vector";
    case Engine::store:
      return "store";
  }
  return "?";
}

}  // namespace hwcvp
