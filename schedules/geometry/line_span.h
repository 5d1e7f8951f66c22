// How far a convolution reaches along one axis, padding included.
#pragma once

#include <algorithm>
#include <cstdint>

#include "schedules/math/division.h"

namespace hwcvp {

// Input lines from the first to the last that `outputs` neighbouring output lines meet through `taps`
// neighbouring taps of the filter. At least one of each.
constexpr int64_t line_span(int64_t outputs, int64_t stride, int64_t taps, int64_t dilation) {
  return (outputs - 1) * stride + (taps - 1) * dilation + 1;
}

// Lines of padding, at both ends together, with which `lines` input lines make ceil(lines / stride) output
// lines: what TensorFlow and ONNX call SAME. 0 where these outputs do not reach past the input.
constexpr int64_t same_padding(int64_t lines, int64_t stride, int64_t taps, int64_t dilation) {
  return std::max<int64_t>(0, line_span(ceil_div(lines, stride), stride, taps, dilation) - lines);
}

}  // namespace hwcvp
