// The method and the layouts for a tile.
#pragma once

#include "models/kernels/convolution_kernel.h"
#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

Geometry make_geometry(const TileShape& shape, const KernelFunctions& functions);

}  // namespace hwcvp::kernels
