#include "platform/reference/direct_convolution.h"

#include <algorithm>

#include "platform/reference/dot_products.h"
#include "platform/reference/line_convolution.h"

namespace hwcvp {

namespace {

constexpr int64_t kRowMultiple = 32;               // words: whole vectors of every instruction set
constexpr int64_t kBlockWords = 128 * 1024;        // gathered at a time: stays in a second-level cache
constexpr int64_t kMinBlock = 4, kMaxBlock = 256;  // pixels

int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// [channels][pixels] to [pixels][channels], widened to 16 bits, less the zero point. Goes along the pixels in
// short runs so that the lines being written stay in the cache.
template <typename Element>
void transpose(const Element* in, int32_t zero_point, int64_t channels, int64_t pixels, int16_t* out) {
  if (pixels == 1) {
    for (int64_t c = 0; c < channels; ++c) out[c] = static_cast<int16_t>(int32_t{in[c]} - zero_point);
    return;
  }
  constexpr int64_t kRun = 32;
  for (int64_t first = 0; first < pixels; first += kRun) {
    const int64_t last = std::min(first + kRun, pixels);
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t i = first; i < last; ++i)
        out[i * channels + c] = static_cast<int16_t>(int32_t{in[c * pixels + i]} - zero_point);
    }
  }
}

void transpose(const void* in, DataType type, int32_t zero_point, int64_t offset, int64_t channels,
               int64_t pixels, int16_t* out) {
  if (type == DataType::int8) {
    transpose(static_cast<const int8_t*>(in) + offset, zero_point, channels, pixels, out);
  } else if (type == DataType::uint8) {
    transpose(static_cast<const uint8_t*>(in) + offset, zero_point, channels, pixels, out);
  } else {
    transpose(static_cast<const int16_t*>(in) + offset, zero_point, channels, pixels, out);
  }
}

// Gathering the inputs of a pixel pays only where they serve many products.
bool by_lines(const Layer& layer) {
  constexpr int64_t kFewPairs = 8;
  return layer.in_channels / layer.group * (layer.out_channels / layer.group) <= kFewPairs;
}

}  // namespace

DirectConvolution::DirectConvolution(const Layer& layer, const void* weights)
    : layer_(layer), weights_(weights), channels_(layer.in_channels / layer.group) {
  if (by_lines(layer)) return;
  row_ = round_up(channels_ * layer.kernel_shape[0] * layer.kernel_shape[1], kRowMultiple);
  block_ =
      std::min(std::clamp(kBlockWords / row_, kMinBlock, kMaxBlock), layer.out_height() * layer.out_width());
  pack_weights();
  image_.resize(static_cast<size_t>(layer.in_channels * layer.in_height * layer.in_width));
  pixels_.resize(static_cast<size_t>(block_ * row_));
}

void DirectConvolution::pack_weights() {
  packed_weights_.resize(static_cast<size_t>(layer_.out_channels * row_));
  const int64_t taps = layer_.kernel_shape[0] * layer_.kernel_shape[1];
  for (int64_t m = 0; m < layer_.out_channels; ++m) {
    transpose(weights_, layer_.weight_type, 0, m * taps * channels_, channels_, taps,
              packed_weights_.data() + m * row_);
  }
}

void DirectConvolution::run(const void* image, uint32_t* sums) {
  if (by_lines(layer_)) {
    line_convolution(layer_, image, weights_, sums);
    return;
  }
  interleave(image);
  const int64_t out_pixels = layer_.out_height() * layer_.out_width();
  const int64_t out_channels = layer_.out_channels / layer_.group;
  for (int64_t group = 0; group < layer_.group; ++group) {
    const int64_t first_channel = group * out_channels;
    const WordRows weights = {packed_weights_.data() + first_channel * row_, out_channels};
    for (int64_t first = 0; first < out_pixels; first += block_) {
      const int64_t pixels = std::min(block_, out_pixels - first);
      gather(group, first, pixels);
      dot_products(weights, {pixels_.data(), pixels}, row_, sums + first_channel * out_pixels + first,
                   out_pixels);
    }
  }
}

void DirectConvolution::interleave(const void* image) {
  const int64_t pixels = layer_.in_height * layer_.in_width;
  for (int64_t group = 0; group < layer_.group; ++group) {
    const int64_t offset = group * channels_ * pixels;
    transpose(image, layer_.input_type, layer_.input_zero_point, offset, channels_, pixels,
              image_.data() + offset);
  }
}

// Fills the rows of `pixels` output pixels, counted along the lines, from `first_pixel`.
void DirectConvolution::gather(int64_t group, int64_t first_pixel, int64_t pixels) {
  const int64_t line_words = layer_.in_width * channels_;
  const int64_t kernel_line_words = layer_.kernel_shape[1] * channels_;
  const int16_t* const image = image_.data() + group * layer_.in_height * line_words;
  const int64_t out_width = layer_.out_width();
  for (int64_t i = 0; i < pixels; ++i) {
    const int64_t oy = (first_pixel + i) / out_width;
    const int64_t ox = (first_pixel + i) % out_width;
    const int64_t first_x = ox * layer_.strides[1] - layer_.pads[1];
    int16_t* out = pixels_.data() + i * row_;
    for (int64_t fy = 0; fy < layer_.kernel_shape[0]; ++fy, out += kernel_line_words) {
      const int64_t y = oy * layer_.strides[0] + fy * layer_.dilations[0] - layer_.pads[0];
      if (y < 0 || y >= layer_.in_height) {
        std::fill_n(out, kernel_line_words, int16_t{0});
      } else {
        gather_line(image + y * line_words, first_x, out);
      }
    }
  }
}

// The words that one line of the kernel meets from column `first_x` of an input line; padding is zero.
void DirectConvolution::gather_line(const int16_t* line, int64_t first_x, int16_t* out) const {
  const int64_t width = layer_.in_width, kernel = layer_.kernel_shape[1], dilation = layer_.dilations[1];
  if (dilation == 1) {
    const int64_t begin = std::clamp<int64_t>(-first_x, 0, kernel);
    const int64_t end = std::clamp<int64_t>(width - first_x, begin, kernel);
    std::fill_n(out, begin * channels_, int16_t{0});
    std::copy_n(line + (first_x + begin) * channels_, (end - begin) * channels_, out + begin * channels_);
    std::fill_n(out + end * channels_, (kernel - end) * channels_, int16_t{0});
    return;
  }
  for (int64_t fx = 0; fx < kernel; ++fx, out += channels_) {
    const int64_t x = first_x + fx * dilation;
    if (x < 0 || x >= width) {
      std::fill_n(out, channels_, int16_t{0});
    } else {
      std::copy_n(line + x * channels_, channels_, out);
    }
  }
}

}  // namespace hwcvp
