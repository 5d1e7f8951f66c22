#include "platform/reference/line_convolution.h"

#include <algorithm>

namespace hwcvp {

namespace {

// sums[i] += (line[i * stride] - zero_point) * weight.
template <typename Element>
void add_products(const Element* line, int64_t stride, int32_t zero_point, int16_t weight, int64_t count,
                  uint32_t* sums) {
  const auto product = [zero_point, weight](Element element) {
    return static_cast<uint32_t>((int32_t{element} - zero_point) * int32_t{weight});
  };
  if (stride == 1) {
    for (int64_t i = 0; i < count; ++i) sums[i] += product(line[i]);
  } else if (stride == 2) {
    for (int64_t i = 0; i < count; ++i) sums[i] += product(line[2 * i]);
  } else {
    for (int64_t i = 0; i < count; ++i) sums[i] += product(line[i * stride]);
  }
}

int64_t ceil_divide(int64_t a, int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// Adds what one channel of the image contributes to one output channel through a kernel KH x KW.
template <typename Input, typename Weight>
void add_channel(const Layer& layer, const Input* channel, const Weight* kernel, uint32_t* sums) {
  const int64_t out_width = layer.out_width(), stride = layer.strides[1];
  for (int64_t oy = 0; oy < layer.out_height(); ++oy, sums += out_width) {
    for (int64_t fy = 0; fy < layer.kernel_shape[0]; ++fy) {
      const int64_t y = oy * layer.strides[0] + fy * layer.dilations[0] - layer.pads[0];
      if (y < 0 || y >= layer.in_height) continue;
      const Input* const line = channel + y * layer.in_width;
      for (int64_t fx = 0; fx < layer.kernel_shape[1]; ++fx) {
        // Output columns whose input column, ox * stride + offset, exists.
        const int64_t offset = fx * layer.dilations[1] - layer.pads[1];
        const int64_t begin = std::min(ceil_divide(-offset, stride), out_width);
        const int64_t end = std::min(ceil_divide(layer.in_width - offset, stride), out_width);
        if (begin >= end) continue;
        add_products(line + begin * stride + offset, stride, layer.input_zero_point,
                     kernel[fy * layer.kernel_shape[1] + fx], end - begin, sums + begin);
      }
    }
  }
}

template <typename Input, typename Weight>
void add_all(const Layer& layer, const Input* image, const Weight* weights, uint32_t* sums) {
  const int64_t in_channels = layer.in_channels / layer.group,
                out_channels = layer.out_channels / layer.group;
  const int64_t in_pixels = layer.in_height * layer.in_width,
                out_pixels = layer.out_height() * layer.out_width();
  const int64_t taps = layer.kernel_shape[0] * layer.kernel_shape[1];
  for (int64_t m = 0; m < layer.out_channels; ++m) {
    const Input* const group = image + m / out_channels * in_channels * in_pixels;
    for (int64_t c = 0; c < in_channels; ++c) {
      add_channel(layer, group + c * in_pixels, weights + (m * in_channels + c) * taps,
                  sums + m * out_pixels);
    }
  }
}

template <typename Input>
void add_all(const Layer& layer, const Input* image, const void* weights, uint32_t* sums) {
  if (layer.weight_type == DataType::int8) {
    add_all(layer, image, static_cast<const int8_t*>(weights), sums);
  } else {
    add_all(layer, image, static_cast<const int16_t*>(weights), sums);
  }
}

}  // namespace

void line_convolution(const Layer& layer, const void* image, const void* weights, uint32_t* sums) {
  std::fill_n(sums, layer.out_channels * layer.out_height() * layer.out_width(), 0U);
  if (layer.input_type == DataType::int8) {
    add_all(layer, static_cast<const int8_t*>(image), weights, sums);
  } else if (layer.input_type == DataType::uint8) {
    add_all(layer, static_cast<const uint8_t*>(image), weights, sums);
  } else {
    add_all(layer, static_cast<const int16_t*>(image), weights, sums);
  }
}

}  // namespace hwcvp
