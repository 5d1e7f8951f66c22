// Random layouts of the tensors of a layer, for property tests.
#pragma once

#include <random>
#include <string>

#include "schedules/bursts/tensor_layout.h"

namespace hwcvp {

// Layouts that the layer's groups allow: NCHW, NHWC, and blocks of channels of any size.
TensorLayouts random_layouts(std::mt19937_64& random, const Layer& layer);

// "input nchw, weight nhwc, output nchw8c", to print where a test fails.
std::string to_text(const TensorLayouts& layouts);

}  // namespace hwcvp
