#include "platform/tensor/requantization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

int bits(DataType type) { return static_cast<int>(8 * bytes(type)); }

double largest(DataType type) { return std::ldexp(1.0, bits(type) - 1) - 1; }

// Mean square of numbers spread evenly over the type, less a zero point: (4^bits - 1) / 12 about their mean.
double mean_square(DataType type, int32_t zero_point = 0) {
  const IntegerLimits range = limits(type);
  const double mean = 0.5 * (range.least + range.most) - zero_point;
  return (std::ldexp(1.0, 2 * bits(type)) - 1) / 12 + mean * mean;
}

// The magnitude that accumulators of uniformly random operands seldom exceed: three standard deviations of
// the sum of one output, at most the range of their type, since they wrap.
double accumulator_scale(const Layer& layer) {
  const auto in_channels = static_cast<double>(layer.in_channels), group = static_cast<double>(layer.group);
  const auto taps = static_cast<double>(layer.kernel_shape[0] * layer.kernel_shape[1]);
  const double terms = in_channels / group * taps;
  const double deviation = std::sqrt(mean_square(layer.input_type, layer.input_zero_point) *
                                     mean_square(layer.weight_type) * terms);
  return std::min(3 * deviation, largest(layer.accumulator_type));
}

// Evenly spread over [0, 1), from the upper 32 bits of a random number.
double upper_fraction(uint64_t random) { return std::ldexp(static_cast<double>(random >> 32), -32); }

// Sets one channel's multiplier and shift to multiplier / 2^shift = scale, with so many significant bits in
// the multiplier.
void set_scale(LayerParams& params, size_t channel, double scale, int significant_bits) {
  int exponent = 0;
  const double fraction = std::frexp(scale, &exponent);  // in [1/2, 1)
  const double rounded = std::floor(std::ldexp(fraction, significant_bits) + 0.5);
  params.multipliers[channel] =
      static_cast<int32_t>(std::min(rounded, std::ldexp(1.0, significant_bits) - 1));
  params.shifts[channel] = static_cast<uint8_t>(std::clamp(significant_bits - exponent, 0, kMaxShift));
}

void choose_scales(LayerParams& params, const Layer& layer, uint64_t seed) {
  params.scales = layer.scales;
  if (layer.output_type == DataType::int32 || layer.single_precision()) return;
  // Factors between 3/4 and 3/2, and multipliers of 16 to 31 bits, so that shifts differ as well.
  const RandomSequence random(tensor_seed(seed, layer.name, "multiplier"));
  const double scale = largest(layer.output_type) / accumulator_scale(layer);
  const auto channels = static_cast<size_t>(layer.out_channels);
  params.multipliers.resize(channels);
  params.shifts.resize(channels);
  for (size_t i = 0; i < channels; ++i) {
    const double factor = 0.75 * (1 + upper_fraction(random[i]));
    set_scale(params, i, scale * factor, 16 + static_cast<int>(random[i] % 16));
  }
}

void require_count(size_t count, int64_t expected, const std::string& where, const char* field) {
  if (static_cast<int64_t>(count) != expected) {
    throw InputError(fmt::format("{}: {}: expected {} values, found {}", where, field, expected, count));
  }
}

template <typename Value>
void require_range(const std::vector<Value>& values, int64_t most, const std::string& where,
                   const char* field) {
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t value = values[i];
    if (value < 0 || value > most) {
      throw InputError(fmt::format("{}: {}[{}]: expected 0 to {}, found {}", where, field, i, most, value));
    }
  }
}

// In the order of the host's bytes, which is that of the simulated memory.
template <typename Value>
void append(std::vector<uint8_t>& memory, const std::vector<Value>& values) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(values.data());
  memory.insert(memory.end(), bytes, bytes + values.size() * sizeof(Value));
}

}  // namespace

LayerParams random_params(const Layer& layer, uint64_t seed) {
  // A sixth of the scale: about half a standard deviation, which shifts outputs visibly and saturates few.
  const double magnitude = std::floor(accumulator_scale(layer) / 6);
  const RandomSequence random(tensor_seed(seed, layer.name, "bias"));
  LayerParams params;
  params.bias.resize(static_cast<size_t>(layer.out_channels));
  for (size_t i = 0; i < params.bias.size(); ++i) {
    params.bias[i] = static_cast<int32_t>(std::floor((2 * upper_fraction(random[i]) - 1) * magnitude));
  }
  choose_scales(params, layer, seed);
  return params;
}

LayerParams random_params(const Layer& layer, uint64_t seed, const HostTensor& bias) {
  if (bias.type() != DataType::int32 || bias.shape() != Shape{layer.out_channels}) {
    throw std::invalid_argument("a bias must be int32 with one value for each output channel");
  }
  LayerParams params;
  params.bias.assign(bias.data<int32_t>(), bias.data<int32_t>() + bias.elements());
  choose_scales(params, layer, seed);
  return params;
}

void validate(const LayerParams& params, const Layer& layer, const std::string& where) {
  const int64_t scales = layer.single_precision() ? layer.out_channels : 0;
  const int64_t multipliers = layer.output_type == DataType::int32 ? 0 : layer.out_channels - scales;
  require_count(params.bias.size(), layer.out_channels, where, "bias");
  require_count(params.multipliers.size(), multipliers, where, "multipliers");
  require_count(params.shifts.size(), multipliers, where, "shifts");
  require_count(params.scales.size(), scales, where, "scales");
  require_range(params.multipliers, std::numeric_limits<int32_t>::max(), where, "multipliers");
  require_range(params.shifts, kMaxShift, where, "shifts");
  for (size_t i = 0; i < params.scales.size(); ++i) {
    if (!std::isfinite(params.scales[i]) || params.scales[i] <= 0) {
      throw InputError(fmt::format("{}: scales[{}]: expected a finite number above 0, found {}", where, i,
                                   params.scales[i]));
    }
  }
}

std::vector<uint8_t> serialize(const LayerParams& params) {
  std::vector<uint8_t> memory;
  memory.reserve(4 * (params.bias.size() + params.multipliers.size() + params.scales.size()) +
                 params.shifts.size());
  append(memory, params.bias);
  append(memory, params.multipliers);
  append(memory, params.shifts);
  append(memory, params.scales);
  return memory;
}

}  // namespace hwcvp
