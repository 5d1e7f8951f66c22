// The dimensions of a walk over the elements of several tensors, as few as describe it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "platform/tensor/tensor.h"

namespace hwcvp::plan {

// Strides in elements: of the input, of a second operand, of the output.
struct WalkDim {
  int64_t extent = 1;
  std::array<int64_t, 3> strides{};
  int64_t before = 0, after = 0;  // padding: positions at the ends that have no input
};

// Elements from one index to the next along each axis of a dense tensor.
std::vector<int64_t> dense_strides(const Shape& shape);

// The same walk in the same order, without dimensions of one element and with neighbours joined that all
// tensors step through alike; outermost first.
std::vector<WalkDim> joined(const std::vector<WalkDim>& dims);

}  // namespace hwcvp::plan
