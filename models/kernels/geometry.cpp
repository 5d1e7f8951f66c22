#include "models/kernels/geometry.h"

namespace hwcvp::kernels {

namespace {

// By the number of vector multiplications for one row of the output.
Method choose_method(const Geometry& g) {
  if (int64_t{g.out_height} * g.out_width == 1) {
    return g.input_code.zero == 0 ? Method::single_pixel : Method::single_pixel_words;
  }
  const int64_t channel_vectors = (g.out_channels + g.lanes - 1) / g.lanes;
  const int64_t channel_lanes = channel_vectors * g.channel_groups * g.taps * g.out_width;
  const int64_t column_vectors = 2 * ((g.out_width + 2 * g.lanes - 1) / (2 * g.lanes));
  const int64_t pairs = int64_t{g.kernel_height} * ((g.kernel_width + 1) / 2);
  const int64_t pixel_lanes = int64_t{g.out_channels} * g.in_channels * pairs * column_vectors;
  // Each of these loads its own operand.
  return 2 * pixel_lanes < channel_lanes ? Method::pixel_lanes : Method::channel_lanes;
}

}  // namespace

Geometry make_geometry(const TileShape& shape, const KernelFunctions& functions) {
  Geometry g{};
  g.lanes = functions.lanes;
  g.out_channels = shape.out_channels;
  g.in_channels = shape.in_channels;
  g.out_height = shape.out_height;
  g.out_width = shape.out_width;
  g.group_channels = functions.group_channels;
  g.channel_groups = (shape.in_channels + g.group_channels - 1) / g.group_channels;
  g.kernel_height = shape.kernel_height;
  g.kernel_width = shape.kernel_width;
  g.taps = shape.kernel_height * shape.kernel_width;
  g.stride_y = shape.stride_y;
  g.stride_x = shape.stride_x;
  g.dilation_y = shape.dilation_y;
  g.dilation_x = shape.dilation_x;
  g.lines = shape.in_height();
  g.columns = shape.in_width();
  // Columns that are a stride apart lie side by side, so that neighbouring output pixels read neighbouring
  // units.
  g.phases = shape.stride_x < g.columns ? shape.stride_x : g.columns;
  g.phase_width = (g.columns + g.phases - 1) / g.phases;
  g.input_code.flip = shape.input.is_unsigned ? 0x80 : 0;
  g.input_code.zero = static_cast<int16_t>(shape.input.zero - (shape.input.is_unsigned ? 0x80 : 0));
  g.method = choose_method(g);
  return g;
}

}  // namespace hwcvp::kernels
