// Everything that a file for one instruction set instantiates: `Isa` for the operands of one width, `Words`
// for 16-bit ones.
#pragma once

#include "models/kernels/channel_lanes.h"
#include "models/kernels/kernel_operands.h"
#include "models/kernels/pack_operands.h"
#include "models/kernels/pixel_lanes.h"
#include "models/kernels/single_pixel.h"

namespace hwcvp::kernels {

template <typename Isa, typename Words>
struct Kernels {
  using Pack = PackOperands<Isa>;
  using Channels = ChannelLanes<Isa>;
  using Pixels = PixelLanes<Words>;
  using Single = SinglePixel<Isa>;

  static int64_t packed_input_bytes(const Geometry& g) {
    switch (g.method) {
      case Method::channel_lanes:
        return Pack::input_bytes(g);
      case Method::pixel_lanes:
        return Pixels::input_bytes(g);
      case Method::single_pixel:
        return Single::input_bytes(g);
    }
    return 0;
  }

  static int64_t packed_weight_bytes(const Geometry& g, const WeightRows& rows) {
    switch (g.method) {
      case Method::channel_lanes:
        return Pack::weight_bytes(g);
      case Method::pixel_lanes:
        return Pixels::weight_bytes(g);
      case Method::single_pixel:
        return Single::weight_bytes(g, rows);
    }
    return 0;
  }

  static int64_t pack_scratch_bytes(const Geometry& g) {
    switch (g.method) {
      case Method::channel_lanes:
        return Pack::scratch_bytes(g);
      case Method::pixel_lanes:
        return Pixels::pack_scratch_bytes(g);
      case Method::single_pixel:
        return Single::pack_scratch_bytes(g);
    }
    return 0;
  }

  static int64_t convolve_scratch_bytes(const Geometry& g) {
    switch (g.method) {
      case Method::channel_lanes:
        return Channels::scratch_bytes(g);
      case Method::pixel_lanes:
        return Pixels::convolve_scratch_bytes(g);
      case Method::single_pixel:
        return 0;
    }
    return 0;
  }

  static void pack_input(const Geometry& g, const InputRows& rows, uint8_t* packed, uint8_t* scratch) {
    switch (g.method) {
      case Method::channel_lanes:
        return Pack::input(g, rows, packed, scratch);
      case Method::pixel_lanes:
        return Pixels::pack_input(g, rows, packed, scratch);
      case Method::single_pixel:
        return Single::pack_input(g, rows, packed, scratch);
    }
  }

  static void pack_weights(const Geometry& g, const WeightRows& rows, uint8_t* packed, uint8_t* scratch) {
    switch (g.method) {
      case Method::channel_lanes:
        return Pack::weights(g, rows, packed, scratch);
      case Method::pixel_lanes:
        return Pixels::pack_weights(g, rows, packed, scratch);
      case Method::single_pixel:
        return Single::pack_weights(g, rows, packed, scratch);
    }
  }

  static void convolve(const Geometry& g, const uint8_t* input, const uint8_t* weights, int weight_bytes,
                       const AccumulatorRows& rows, uint8_t* scratch) {
    switch (g.method) {
      case Method::channel_lanes:
        return Channels::convolve(g, input, weights, rows, scratch);
      case Method::pixel_lanes:
        return Pixels::convolve(g, input, weights, rows, scratch);
      case Method::single_pixel:
        return Single::convolve(g, input, weights, weight_bytes, rows);
    }
  }

  static constexpr KernelFunctions functions = {
      Isa::kLanes,         Isa::kGroupChannels, packed_input_bytes,
      packed_weight_bytes, pack_scratch_bytes,  convolve_scratch_bytes,
      pack_input,          pack_weights,        convolve};
};

}  // namespace hwcvp::kernels
