// Convolutions and matrix products in single precision.
#pragma once

#include "platform/onnx/shapes/array.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

// y of window.output, from x {N, C, ...} and weights {M, C/group, ...}; `bias` may be null. One or two axes.
void float_convolution(const Array& x, const Array& weights, const Array* bias, const Window& window,
                       int64_t group, Array& y);

// y {rows, columns} += a {rows, inner} * b, which is {inner, columns}, or transposed.
void add_float_product(const float* a, const float* b, bool b_transposed, int64_t rows, int64_t inner,
                       int64_t columns, float* y);

}  // namespace hwcvp::onnx_import
