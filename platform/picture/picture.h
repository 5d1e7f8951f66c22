// Pictures as inputs of networks.
#pragma once

#include <array>
#include <string>

#include "platform/tensor/tensor.h"

namespace hwcvp {

// How pixels become numbers: (pixel / 255 - mean) / deviation, for each channel in the order of the tensor.
struct PictureOptions {
  std::array<double, 3> mean = {0, 0, 0};
  std::array<double, 3> deviation = {1, 1, 1};
  bool bgr = false;  // blue first; red first otherwise
};

// Reads a PNG, JPEG or PPM file and brings it to the shape of a network's input, {1, 3, H, W} or {1, 1, H,
// W}: the largest middle part of that aspect ratio, resized. Throws InputError with one line that names the
// file.
HostTensor read_picture(const std::string& path, const Shape& shape, const PictureOptions& options);

}  // namespace hwcvp
