// Everything that a file for one instruction set instantiates: `Isa` for the operands of one width, `Words`
// for 16-bit ones.
#pragma once

#include "models/kernels/channel_lanes.h"
#include "models/kernels/kernel_operands.h"
#include "models/kernels/pixel_lanes.h"
#include "models/kernels/single_pixel.h"

namespace hwcvp::kernels {

template <typename Isa, typename Words>
struct Kernels {
  template <typename M>
  static constexpr MethodFunctions of() {
    return {M::packed_input_bytes,
            M::packed_weight_bytes,
            M::pack_scratch_bytes,
            M::convolve_scratch_bytes,
            M::pack_input,
            M::pack_weights,
            M::convolve};
  }

  // In the order of Method.
  static constexpr KernelFunctions functions = {
      Isa::kLanes,
      Isa::kGroupChannels,
      {of<ChannelLanes<Isa>>(), of<PixelLanes<Words>>(), of<SinglePixel<Isa>>(), of<SinglePixel<Words>>()}};
};

}  // namespace hwcvp::kernels
