#include "platform/picture/picture.h"

#include <fmt/format.h>
#include <stb_image.h>
#include <stb_image_resize.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

constexpr int kMostPixels = 1 << 27;

struct Pixels {
  int width = 0, height = 0;
  std::unique_ptr<unsigned char, void (*)(void*)> data{nullptr, stbi_image_free};
};

Pixels decode(const std::string& path, int channels) {
  Pixels pixels;
  int in_file = 0;
  if (stbi_info(path.c_str(), &pixels.width, &pixels.height, &in_file) == 0) {
    throw InputError(fmt::format("{}: expected a PNG, JPEG or PPM picture: {}", path, stbi_failure_reason()));
  }
  if (static_cast<int64_t>(pixels.width) * pixels.height > kMostPixels) {
    throw InputError(fmt::format("{}: expected a picture of at most {} pixels, found {} x {}", path,
                                 kMostPixels, pixels.width, pixels.height));
  }
  pixels.data.reset(stbi_load(path.c_str(), &pixels.width, &pixels.height, &in_file, channels));
  if (!pixels.data) {
    throw InputError(fmt::format("{}: expected a PNG, JPEG or PPM picture: {}", path, stbi_failure_reason()));
  }
  return pixels;
}

}  // namespace

HostTensor read_picture(const std::string& path, const Shape& shape, const PictureOptions& options) {
  if (shape.size() != 4 || shape[0] != 1 || (shape[1] != 3 && shape[1] != 1)) {
    throw InputError(fmt::format("{}: expected a network with an input of 1 x 3 x height x width, found {}",
                                 path, to_string(shape)));
  }
  const auto channels = static_cast<int>(shape[1]);
  const auto height = static_cast<int>(shape[2]);
  const auto width = static_cast<int>(shape[3]);
  const Pixels pixels = decode(path, channels);
  // The largest middle part of the input's aspect ratio.
  const double zoom =
      std::min(static_cast<double>(pixels.width) / width, static_cast<double>(pixels.height) / height);
  const int part_width = std::clamp(static_cast<int>(std::lround(zoom * width)), 1, pixels.width);
  const int part_height = std::clamp(static_cast<int>(std::lround(zoom * height)), 1, pixels.height);
  const int row_bytes = pixels.width * channels;
  const unsigned char* part = pixels.data.get() +
                              static_cast<size_t>((pixels.height - part_height) / 2) * row_bytes +
                              static_cast<size_t>((pixels.width - part_width) / 2) * channels;
  std::vector<unsigned char> resized(static_cast<size_t>(width) * height * channels);
  if (part_width == width && part_height == height) {
    // Nothing to filter, which would blur.
    for (int y = 0; y < height; ++y) {
      std::copy_n(part + static_cast<size_t>(y) * row_bytes, width * channels,
                  resized.data() + static_cast<size_t>(y) * width * channels);
    }
  } else if (stbir_resize_uint8(part, part_width, part_height, row_bytes, resized.data(), width, height, 0,
                                channels) == 0) {
    throw InputError(fmt::format("{}: cannot be resized to {} x {}", path, width, height));
  }
  HostTensor tensor(DataType::float32, shape);
  auto* out = tensor.data<float>();
  for (int c = 0; c < channels; ++c) {
    const int from = options.bgr ? channels - 1 - c : c;
    for (int i = 0; i < width * height; ++i) {
      const double pixel = resized[static_cast<size_t>(i) * channels + from] / 255.0;
      *out++ = static_cast<float>((pixel - options.mean[c]) / options.deviation[c]);
    }
  }
  return tensor;
}

}  // namespace hwcvp
