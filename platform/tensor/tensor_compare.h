// Comparison of an output with its reference.
#pragma once

#include <cstdint>

#include "platform/tensor/tensor.h"

namespace hwcvp {

struct TensorComparison {
  int64_t mismatches = 0;       // elements that differ
  int64_t first_mismatch = -1;  // row-major index of the first of them; -1 where there is none

  bool equal() const { return mismatches == 0; }
};

// Compares element by element. Throws std::invalid_argument where types or shapes differ.
TensorComparison compare(const HostTensor& output, const HostTensor& reference);

}  // namespace hwcvp
