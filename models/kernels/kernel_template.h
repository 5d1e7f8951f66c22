// Everything that a file for one instruction set instantiates.
#pragma once

#include "models/kernels/channel_lanes.h"
#include "models/kernels/interleave_words.h"
#include "models/kernels/kernel_operands.h"
#include "models/kernels/pack_operands.h"

namespace hwcvp::kernels {

template <typename Isa>
struct Kernels {
  using Pack = PackOperands<Isa>;
  using Multiply = ChannelLanes<Isa>;

  static void convolve(const Geometry& g, const uint8_t* input, const MatrixRows& weights,
                       const AccumulatorRows& rows, uint8_t* scratch) {
    Multiply::convolve(g, input, weights.data, rows, scratch);
  }

  static constexpr KernelFunctions functions = {
      Isa::kLanes,        Isa::kGroupChannels, Pack::input_bytes,
      Pack::weight_bytes, Pack::scratch_bytes, Multiply::scratch_bytes,
      Pack::input,        Pack::weights,       convolve};
};

}  // namespace hwcvp::kernels
