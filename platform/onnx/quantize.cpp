#include "platform/onnx/quantize.h"

#include <algorithm>
#include <cmath>

#include "platform/tensor/requantization.h"

namespace hwcvp::onnx_import {

double least(DataType type) { return -most(type) - 1; }

double most(DataType type) { return std::ldexp(1.0, static_cast<int>(8 * bytes(type)) - 1) - 1; }

std::vector<double> symmetric_scales(const std::vector<double>& magnitudes, const std::vector<double>& sums,
                                     int64_t products, DataType input_type, DataType type) {
  const double input = -least(input_type);
  const double rounding = std::min(input / 2 * static_cast<double>(products), kMostSum / 2);
  std::vector<double> scales;
  scales.reserve(magnitudes.size());
  double largest = 0;
  for (size_t i = 0; i < magnitudes.size(); ++i) {
    scales.push_back(std::max(magnitudes[i] / most(type), input * sums[i] / (kMostSum - rounding)));
    largest = std::max(largest, scales.back());
  }
  if (largest == 0) largest = 1;
  for (double& scale : scales) {
    if (scale == 0) scale = largest;
  }
  return scales;
}

double quantize(double number, double scale, DataType type) {
  return std::clamp(std::nearbyint(number / scale), -most(type), most(type));
}

FixedPoint to_fixed_point(double factor) {
  int exponent = 0;
  std::frexp(factor, &exponent);  // factor is in [2^(exponent - 1), 2^exponent)
  int shift = std::min(31 - exponent, kMaxShift);
  double multiplier = std::nearbyint(std::ldexp(factor, shift));
  if (multiplier >= std::ldexp(1.0, 31)) {  // rounded up to the next power of two
    if (shift > 0) {
      multiplier = std::ldexp(1.0, 30);
      --shift;
    } else {
      multiplier = std::ldexp(1.0, 31) - 1;
    }
  }
  return {static_cast<int32_t>(multiplier), static_cast<uint8_t>(shift)};
}

double mean_square(int64_t least, int64_t most) {
  const auto a = static_cast<double>(least), b = static_cast<double>(most), count = b - a + 1;
  const double mean = (a + b) / 2;
  return mean * mean + (count * count - 1) / 12;
}

namespace {

template <typename Element>
std::vector<double> norms(const Element* weights, int64_t channels, int64_t per_channel) {
  std::vector<double> result;
  result.reserve(static_cast<size_t>(channels));
  for (int64_t m = 0; m < channels; ++m) {
    int64_t sum = 0;  // squares are at most 2^30, and no memory holds 2^33 weights of one channel
    for (int64_t i = 0; i < per_channel; ++i) {
      // NOLINTNEXTLINE(bugprone-signed-char-misuse): a number
      const int64_t weight = weights[m * per_channel + i];
      sum += weight * weight;
    }
    result.push_back(std::sqrt(static_cast<double>(sum)));
  }
  return result;
}

}  // namespace

std::vector<double> channel_norms(const HostTensor& weights) {
  const int64_t channels = weights.shape()[0], per_channel = weights.elements() / channels;
  return weights.type() == DataType::int8 ? norms(weights.data<int8_t>(), channels, per_channel)
                                          : norms(weights.data<int16_t>(), channels, per_channel);
}

}  // namespace hwcvp::onnx_import
