// Who of several is served first.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "models/bus/arbitration.h"

namespace hwcvp::bus {

// Does not model weights or ageing: with fixed priority a high index may starve.
class Arbiter {
 public:
  explicit Arbiter(Arbitration policy) : policy_(policy) {}

  // The place in `candidates`, which is not empty, of the index that is served next; of equal ones the first.
  size_t pick(const std::vector<unsigned>& candidates);

 private:
  Arbitration policy_;
  unsigned next_ = 0;  // round robin begins here
};

}  // namespace hwcvp::bus
