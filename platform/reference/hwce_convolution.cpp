#include "platform/reference/hwce_convolution.h"

#include <algorithm>

namespace hwcvp {

namespace {

// The taps of one pass over an input channel.
struct Taps {
  std::vector<int64_t> rows, columns;
};

// Taps of one axis: for each phase of the stride, cut into squares of `filter`.
std::vector<std::vector<int64_t>> tap_sets(int64_t kernel, int64_t stride, int64_t filter, int64_t phase) {
  std::vector<std::vector<int64_t>> sets;
  int64_t number = 0;
  for (int64_t tap = phase; tap < kernel; tap += stride, ++number) {
    if (number % filter == 0) sets.emplace_back();
    sets.back().push_back(tap);
  }
  return sets;
}

// How many sets an axis is cut into: as many as the phase with most taps needs, empty ones included.
std::vector<Taps> passes_of(const Layer& layer, int64_t filter) {
  std::vector<Taps> passes;
  const auto [kernel_y, kernel_x] = layer.kernel_shape;
  const auto [stride_y, stride_x] = layer.strides;
  for (int64_t phase_y = 0; phase_y < std::min(stride_y, kernel_y); ++phase_y) {
    for (int64_t phase_x = 0; phase_x < std::min(stride_x, kernel_x); ++phase_x) {
      for (const auto& rows : tap_sets(kernel_y, stride_y, filter, phase_y)) {
        for (const auto& columns : tap_sets(kernel_x, stride_x, filter, phase_x)) {
          passes.push_back({rows, columns});
        }
      }
    }
  }
  return passes;
}

// An input channel with its borders of zeros, its columns sorted by phase: pixel (y, x) lies in line y at
// x % stride * phase_width + x / stride.
class Frame {
 public:
  explicit Frame(const Layer& layer)
      : layer_(layer),
        height_((layer.out_height() - 1) * layer.strides[0] + layer.kernel_shape[0]),
        phase_width_(layer.out_width() + (layer.kernel_shape[1] - 1) / layer.strides[1]),
        pixels_(static_cast<size_t>(height_ * phase_width_ * layer.strides[1])) {}

  void load(const int16_t* channel) {
    const int64_t stride = layer_.strides[1];
    for (int64_t y = 0; y < height_; ++y) {
      const int64_t from_y = y - layer_.pads[0];
      const bool row_exists = from_y >= 0 && from_y < layer_.in_height;
      for (int64_t x = 0; x < phase_width_ * stride; ++x) {
        const int64_t from_x = x - layer_.pads[1];
        const bool exists = row_exists && from_x >= 0 && from_x < layer_.in_width;
        pixels_[static_cast<size_t>((y * stride + x % stride) * phase_width_ + x / stride)] =
            exists ? channel[from_y * layer_.in_width + from_x] : int16_t{0};
      }
    }
  }

  // The pixels that a tap meets along one output line.
  const int16_t* line(int64_t out_y, int64_t tap_y, int64_t tap_x) const {
    const int64_t stride = layer_.strides[1];
    const int64_t y = out_y * layer_.strides[0] + tap_y;
    return pixels_.data() + (y * stride + tap_x % stride) * phase_width_ + tap_x / stride;
  }

 private:
  const Layer& layer_;
  const int64_t height_;
  const int64_t phase_width_;
  std::vector<int16_t> pixels_;
};

void add_products(const int16_t* pixels, int32_t weight, size_t count, int64_t* sums) {
  for (size_t i = 0; i < count; ++i) sums[i] += pixels[i] * weight;
}

void accumulate(const int64_t* sums, int shift, size_t count, int16_t* y) {
  const int64_t half = shift == 0 ? 0 : int64_t{1} << (shift - 1);
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = y[i] + ((sums[i] + half) >> shift);
    y[i] = static_cast<int16_t>(std::clamp<int64_t>(value, INT16_MIN, INT16_MAX));
  }
}

// Adds one pass over an input channel to an output map.
void add_pass(const Layer& layer, const Frame& frame, const Taps& taps, const int16_t* weights, int shift,
              std::vector<int64_t>& sums, int16_t* map) {
  const int64_t width = layer.out_width();
  for (int64_t y = 0; y < layer.out_height(); ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (const int64_t row : taps.rows) {
      for (const int64_t column : taps.columns) {
        add_products(frame.line(y, row, column), weights[row * layer.kernel_shape[1] + column], sums.size(),
                     sums.data());
      }
    }
    accumulate(sums.data(), shift, sums.size(), map + y * width);
  }
}

}  // namespace

HostTensor reference_hwce(const Layer& layer, int64_t filter, int shift, const HostTensor& input,
                          const HostTensor& weights, const std::vector<int16_t>& constants) {
  HostTensor output(DataType::int16, output_shape(layer));
  const std::vector<Taps> passes = passes_of(layer, filter);
  const int64_t map_pixels = layer.out_height() * layer.out_width();
  const int64_t maps = layer.out_channels / layer.group;
  const int64_t channels = layer.in_channels / layer.group;
  const int64_t kernel = layer.kernel_shape[0] * layer.kernel_shape[1];
  std::vector<int64_t> sums(static_cast<size_t>(layer.out_width()));
  Frame frame(layer);
  for (int64_t m = 0; m < layer.batch * layer.out_channels; ++m) {
    std::fill_n(output.data<int16_t>() + m * map_pixels, map_pixels,
                constants[static_cast<size_t>(m % layer.out_channels)]);
  }
  for (int64_t image = 0; image < layer.batch * layer.in_channels; ++image) {
    frame.load(input.data<int16_t>() + image * layer.in_height * layer.in_width);
    const int64_t group = image % layer.in_channels / channels;
    for (int64_t m = group * maps; m < (group + 1) * maps; ++m) {
      int16_t* const map =
          output.data<int16_t>() + (image / layer.in_channels * layer.out_channels + m) * map_pixels;
      const int16_t* const w = weights.data<int16_t>() + (m * channels + image % channels) * kernel;
      for (const Taps& taps : passes) add_pass(layer, frame, taps, w, shift, sums, map);
    }
  }
  return output;
}

}  // namespace hwcvp
