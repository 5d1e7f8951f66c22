#include "schedules/networks/layer_table.h"

namespace hwcvp::networks {

Layer conv(const std::string& name, int64_t in, int64_t size, int64_t out, int64_t kernel,
           const ConvOptions& options) {
  Layer layer;
  layer.name = name;
  layer.in_channels = in;
  layer.in_height = size;
  layer.in_width = size;
  layer.out_channels = out;
  layer.kernel_shape = {kernel, kernel};
  layer.strides = {options.stride, options.stride};
  layer.pads = {options.pad, options.pad, options.pad, options.pad};
  layer.group = options.group;
  return layer;
}

Layer fully_connected(const std::string& name, int64_t in, int64_t out) { return conv(name, in, 1, out, 1); }

}  // namespace hwcvp::networks
