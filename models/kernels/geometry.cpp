#include "models/kernels/geometry.h"

namespace hwcvp::kernels {

Geometry make_geometry(const TileShape& shape, const KernelFunctions& functions) {
  Geometry g{};
  g.method = Method::channel_lanes;
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
  return g;
}

}  // namespace hwcvp::kernels
