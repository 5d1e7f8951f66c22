// What an element of a tensor takes and costs.
#pragma once

#include <cstdint>

namespace hwcvp::optimizer {

struct Operand {
  int64_t unit = 0;   // bytes on chip, both buffers where it has two
  int64_t price = 0;  // of one load; for outputs of putting a partial sum aside and taking it back
  int64_t room = 0;   // bytes that its buffer may have at most
  int64_t least = 0;  // and has at least
};

}  // namespace hwcvp::optimizer
