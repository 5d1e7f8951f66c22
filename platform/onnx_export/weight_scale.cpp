#include "platform/onnx_export/weight_scale.h"

#include <cmath>
#include <limits>

namespace hwcvp::onnx_export {

// The two roundings move the result by less than two steps of w each, and w has steps of up to twice the
// relative size of the factor's.
std::optional<float> weight_scale(float factor, float x_scale, float y_scale) {
  constexpr int kSteps = 8;
  const auto near = static_cast<float>(static_cast<double>(factor) * static_cast<double>(y_scale) /
                                       static_cast<double>(x_scale));
  float below = near;
  float above = near;
  for (int step = 0; step < kSteps; ++step) {
    for (const float scale : {below, above}) {
      if (std::isnormal(scale) && x_scale * scale / y_scale == factor) return scale;
    }
    below = std::nextafter(below, 0.0F);
    above = std::nextafter(above, std::numeric_limits<float>::infinity());
  }
  return std::nullopt;
}

}  // namespace hwcvp::onnx_export
