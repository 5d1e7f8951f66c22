#include "schedules/networks/layer_table.h"

#include "schedules/geometry/line_span.h"

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

Layer conv_same(const std::string& name, int64_t in, int64_t size, int64_t out, int64_t kernel,
                int64_t stride) {
  Layer layer = conv(name, in, size, out, kernel, {stride, 0, 1});
  const int64_t padding = same_padding(size, stride, kernel, 1);
  const int64_t before = padding / 2;
  const int64_t after = padding - before;
  layer.pads = {before, before, after, after};
  return layer;
}

Layer depthwise(const std::string& name, int64_t channels, int64_t size, int64_t stride) {
  Layer layer = conv_same(name, channels, size, channels, 3, stride);
  layer.group = channels;
  return layer;
}

Layer pointwise(const std::string& name, int64_t in, int64_t size, int64_t out) {
  return conv(name, in, size, out, 1);
}

Layer fully_connected(const std::string& name, int64_t in, int64_t out) { return conv(name, in, 1, out, 1); }

}  // namespace hwcvp::networks
