// Short forms for the layers of built-in networks: square images, kernels and strides, one image, int8.
#pragma once

#include <string>

#include "schedules/workload/layer.h"

namespace hwcvp::networks {

// What a convolution may have beside its channels, size and kernel.
struct ConvOptions {
  int64_t stride = 1;
  int64_t pad = 0;  // on all four sides
  int64_t group = 1;
};

// A convolution of `in` channels of size x size to `out` channels.
Layer conv(const std::string& name, int64_t in, int64_t size, int64_t out, int64_t kernel,
           const ConvOptions& options = {});

// The same with the padding that TensorFlow calls SAME: size/stride output lines, rounded up. Where the
// padding of an axis is odd, the line more is below or on the right.
Layer conv_same(const std::string& name, int64_t in, int64_t size, int64_t out, int64_t kernel,
                int64_t stride = 1);

// A 3x3 convolution of each channel on its own, with SAME padding.
Layer depthwise(const std::string& name, int64_t channels, int64_t size, int64_t stride);

// A 1x1 convolution.
Layer pointwise(const std::string& name, int64_t in, int64_t size, int64_t out);

// A fully connected layer, as a 1x1 convolution on a 1x1 image.
Layer fully_connected(const std::string& name, int64_t in, int64_t out);

}  // namespace hwcvp::networks
