#include "platform/reference/centered_image.h"

namespace hwcvp {

CenteredImage::CenteredImage(const Layer& layer)
    : layer_(layer),
      centered_(layer),
      flip_(layer.input_type == DataType::uint8 ? 0x80 : 0),
      zero_(layer.input_zero_point - flip_) {
  centered_.input_type = DataType::int8;
  centered_.input_zero_point = 0;
  if (zero_ == 0) return;
  centered_.in_height += layer.pads[0] + layer.pads[2];
  centered_.in_width += layer.pads[1] + layer.pads[3];
  centered_.pads = {};
}

bool CenteredImage::fits(const Layer& layer) {
  constexpr int64_t kMost = 4;  // times the image
  const bool padded = layer.input_zero_point != (layer.input_type == DataType::uint8 ? 128 : 0);
  return !padded || ((layer.in_height + layer.pads[0] + layer.pads[2]) / kMost <= layer.in_height &&
                     (layer.in_width + layer.pads[1] + layer.pads[3]) / kMost <= layer.in_width);
}

const int8_t* CenteredImage::of(const uint8_t* image) {
  if (plain()) return reinterpret_cast<const int8_t*>(image);
  image_.assign(static_cast<size_t>(centered_.input_elements()), static_cast<int8_t>(zero_));
  const int64_t left = centered_.in_width == layer_.in_width ? 0 : layer_.pads[1];
  const int64_t above = centered_.in_height == layer_.in_height ? 0 : layer_.pads[0];
  for (int64_t c = 0; c < layer_.in_channels; ++c) {
    for (int64_t y = 0; y < layer_.in_height; ++y, image += layer_.in_width) {
      int8_t* const to = image_.data() + (c * centered_.in_height + above + y) * centered_.in_width + left;
      for (int64_t x = 0; x < layer_.in_width; ++x) to[x] = static_cast<int8_t>(image[x] ^ flip_);
    }
  }
  return image_.data();
}

void CenteredImage::correct(const int8_t* weights, uint32_t* sums) const {
  if (zero_ == 0) return;
  const int64_t row = layer_.weight_elements() / layer_.out_channels;
  const int64_t pixels = layer_.out_height() * layer_.out_width();
  for (int64_t m = 0; m < layer_.out_channels; ++m, weights += row) {
    int64_t sum = 0;
    for (int64_t i = 0; i < row; ++i) sum += weights[i];
    const auto offset = static_cast<uint32_t>(zero_ * sum);
    for (int64_t i = 0; i < pixels; ++i) *sums++ -= offset;
  }
}

}  // namespace hwcvp
