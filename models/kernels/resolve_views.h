// From views with circular axes to offsets in bytes, once a tile.
#pragma once

#include <vector>

#include "models/kernels/convolution_kernel.h"
#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

// Memory for the offsets of one view, used again for the next.
struct Offsets {
  std::vector<int64_t> axes[2];
  std::vector<int64_t> taps;
};

// What they return points into `offsets`.
InputRows resolve_input(const TileShape& shape, const InputView& view, Offsets& offsets);
WeightRows resolve_weights(const TileShape& shape, const WeightView& view, Offsets& offsets);
AccumulatorRows resolve_accumulators(const TileShape& shape, const AccumulatorView& view, Offsets& offsets);

}  // namespace hwcvp::kernels
