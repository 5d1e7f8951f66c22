// Which dimensions of the nest move the region of a tensor.
#pragma once

#include "schedules/workload/layer.h"

namespace hwcvp {

// True where the region of `tensor` depends on the position in `dim`.
constexpr bool region_depends_on(Tensor tensor, Dim dim) {
  switch (dim) {
    case Dim::G:
      return true;
    case Dim::K:
      return tensor != Tensor::input;
    case Dim::C:
    case Dim::FY:
    case Dim::FX:
      return tensor != Tensor::output;
    case Dim::B:
    case Dim::OY:
    case Dim::OX:
      return tensor != Tensor::weight;
  }
  return false;
}

// The spatial axis along which a dimension moves the input (0 rows, 1 columns), or -1.
constexpr int axis_of(Dim dim) {
  if (dim == Dim::OY || dim == Dim::FY) return 0;
  if (dim == Dim::OX || dim == Dim::FX) return 1;
  return -1;
}

}  // namespace hwcvp
