// Sigmoid and hyperbolic tangent as ONNX Runtime has them on x86 processors with fused multiplication: the
// rational approximations published with Eigen, in single precision. They differ from the functions by some
// units in the last place, and by all of a number near 0, which a table of rounded integers shows once in
// some 60,000 entries.
#pragma once

namespace hwcvp::onnx_import {

float rational_sigmoid(float x);
float rational_tanh(float x);

}  // namespace hwcvp::onnx_import
