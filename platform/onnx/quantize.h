// Numbers as integers of the machine: symmetric quantization, and factors as multiplier and shift.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp::onnx_import {

// Smallest and largest integer of a type.
double least(DataType type);
double most(DataType type);

// What the products of one output may come to, and its bias as well: half of an accumulator each.
inline constexpr double kMostSum = 1 << 30;

// The scale of each channel whose largest magnitude and sum of magnitudes are given: the larger of magnitude
// / most(type), and the scale with which products with inputs of any value come to kMostSum at most. (Past
// 2^15 products of int16 a sum, rounding could add more than half of that; sums of such layers may wrap.)
// Channels of zeros take the largest scale of the others, or 1.
std::vector<double> symmetric_scales(const std::vector<double>& magnitudes, const std::vector<double>& sums,
                                     int64_t products, DataType input_type, DataType type);

// number / scale, rounded to the nearest integer, ties to even, and limited to -most(type) to most(type).
double quantize(double number, double scale, DataType type);

// factor = multiplier / 2^shift.
struct FixedPoint {
  int32_t multiplier = 0;
  uint8_t shift = 0;
};
// The nearest factor with a multiplier below 2^31 and a shift of at most kMaxShift, for 0 < factor < 2^31.
// Off by at most 2^-31 of the factor where that is at least 2^-32, and by at most 2^-63 below.
FixedPoint to_fixed_point(double factor);

// Mean square of integers spread evenly from `least` to `most`.
double mean_square(int64_t least, int64_t most);

// The root of the sum of squares of each output channel's weights {M, C/group, KH, KW}.
std::vector<double> channel_norms(const HostTensor& weights);

}  // namespace hwcvp::onnx_import
