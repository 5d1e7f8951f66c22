// The scale of weights that a layer's factor comes from.
#pragma once

#include <optional>

namespace hwcvp::onnx_export {

// The weight scale w for which (x * w) / y is `factor`, bit for bit in single precision. Where several are,
// one that does not depend on the host; nothing where none is.
std::optional<float> weight_scale(float factor, float x_scale, float y_scale);

}  // namespace hwcvp::onnx_export
