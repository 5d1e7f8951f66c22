#include "platform/onnx/operands.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/quantize.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

bool floating(const onnx::TensorProto& tensor) {
  const int32_t type = tensor.data_type();
  return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::DOUBLE ||
         type == onnx::TensorProto::FLOAT16;
}

// The numbers of a constant with one value for all output channels or one for each, one for each.
std::vector<double> channel_values(const LayerSource& source, const onnx::TensorProto& tensor,
                                   const char* what) {
  const std::string where = source.where + ": " + what;
  const TensorElements elements(tensor, source.folder, where);
  const int64_t channels = source.layer.out_channels;
  if (elements.size() != 1 && elements.size() != channels) {
    throw InputError(
        fmt::format("{}: expected 1 or {} elements, found {}", where, channels, elements.size()));
  }
  std::vector<double> values(static_cast<size_t>(channels));
  elements.for_each([&](int64_t i, double value) { values[static_cast<size_t>(i)] = value; });
  if (elements.size() == 1) std::fill(values.begin(), values.end(), values[0]);
  return values;
}

std::vector<double> channel_scales(const LayerSource& source, const Quantization& code, const char* what) {
  if (code.scale == nullptr) return std::vector<double>(static_cast<size_t>(source.layer.out_channels), 1.0);
  std::vector<double> scales = channel_values(source, *code.scale, what);
  for (const double scale : scales) {
    if (!std::isfinite(scale) || scale <= 0) {
      throw InputError(
          fmt::format("{}: {}: expected a finite number above 0, found {}", source.where, what, scale));
    }
  }
  return scales;
}

std::vector<double> channel_zero_points(const LayerSource& source, const std::optional<Quantization>& code,
                                        const char* what) {
  if (!code || code->zero_point == nullptr) {
    return std::vector<double>(static_cast<size_t>(source.layer.out_channels), 0.0);
  }
  return channel_values(source, *code->zero_point, what);
}

// Calls use(channel, index in the tensor of the layer, number) for each weight as it lies in the file.
template <typename Use>
void for_each_weight(const LayerSource& source, Use&& use) {
  const TensorElements elements(*source.weights.tensor, source.folder, source.where + ": weights");
  const int64_t channels = source.layer.out_channels, per_channel = elements.size() / channels;
  if (source.weights.channels_last) {
    const int64_t columns = channels / source.weights.matrices, matrix = columns * per_channel;
    elements.for_each([&](int64_t i, double value) {
      const int64_t channel = i / matrix * columns + i % columns;
      use(static_cast<size_t>(channel), channel * per_channel + i % matrix / columns, value);
    });
  } else {
    elements.for_each([&](int64_t i, double value) { use(static_cast<size_t>(i / per_channel), i, value); });
  }
}

std::vector<double> float_weight_scales(const LayerSource& source) {
  const auto channels = static_cast<size_t>(source.layer.out_channels);
  std::vector<double> most(channels, 0.0), sums(channels, 0.0);
  for_each_weight(source, [&](size_t channel, int64_t i, double value) {
    const double magnitude = std::abs(value * source.weights.factor);
    if (!std::isfinite(magnitude)) {
      throw InputError(
          fmt::format("{}: weights: expected finite numbers, found {} at {}", source.where, value, i));
    }
    most[channel] = std::max(most[channel], magnitude);
    sums[channel] += magnitude;
  });
  return symmetric_scales(most, sums, source.layer.weight_elements() / source.layer.out_channels,
                          source.layer.input_type, source.layer.weight_type);
}

void check_integer_weights(const LayerSource& source) {
  const std::vector<double> zero_points =
      channel_zero_points(source, source.weights.quantization, "zero point of the weights");
  const DataType type = source.layer.weight_type;
  for_each_weight(source, [&](size_t channel, int64_t i, double value) {
    const double shifted = value - zero_points[channel];
    if (shifted < least(type) || shifted > most(type)) {
      throw InputError(fmt::format("{}: weights: expected {} to {} less the zero point, found {} at {}",
                                   source.where, least(type), most(type), shifted, i));
    }
  });
}

template <typename Element>
void fill_weights(const LayerSource& source, Element* weights) {
  if (floating(*source.weights.tensor)) {
    for_each_weight(source, [&](size_t channel, int64_t i, double value) {
      weights[i] = static_cast<Element>(
          quantize(value * source.weights.factor, source.weight_scales[channel], source.layer.weight_type));
    });
  } else {
    const std::vector<double> zero_points =
        channel_zero_points(source, source.weights.quantization, "zero point of the weights");
    for_each_weight(source, [&](size_t channel, int64_t i, double value) {
      weights[i] = static_cast<Element>(value - zero_points[channel]);
    });
  }
}

HostTensor make_weights(const LayerSource& source, uint64_t seed) {
  HostTensor weights(source.layer.weight_type, weight_shape(source.layer));
  if (source.weights.tensor == nullptr) {
    fill_random(weights, tensor_seed(seed, source.layer.name, "weight"));
  } else if (weights.type() == DataType::int8) {
    fill_weights(source, weights.data<int8_t>());
  } else {
    fill_weights(source, weights.data<int16_t>());
  }
  return weights;
}

// Weights that are not in the file stand for numbers in [-1, 1].
std::vector<double> weight_scales(const LayerSource& source) {
  if (source.weights.tensor != nullptr) return source.weight_scales;
  return std::vector<double>(static_cast<size_t>(source.layer.out_channels),
                             1 / most(source.layer.weight_type));
}

// Rounds to an accumulator, saturating at `most`.
int32_t to_accumulator(double value, double most) {
  return static_cast<int32_t>(std::clamp(std::nearbyint(value), -most, most));
}

// Integers whose scale is that of the accumulators, as quantizers make them: the product in float32.
bool in_accumulator_units(double scale, double accumulator_scale) {
  constexpr double kRoundingOfFloat = 1e-6;
  return std::abs(scale / accumulator_scale - 1) < kRoundingOfFloat;
}

std::vector<int32_t> make_bias(const LayerSource& source) {
  const auto channels = static_cast<size_t>(source.layer.out_channels);
  std::vector<int32_t> bias(channels, 0);
  const BiasSource& from = source.bias;
  if (from.tensor == nullptr) return bias;
  const std::vector<double> values = channel_values(source, *from.tensor, "bias");
  const std::vector<double> zero_points =
      channel_zero_points(source, from.quantization, "zero point of the bias");
  std::vector<double> scales(channels, 1.0);
  if (from.quantization) scales = channel_scales(source, *from.quantization, "scale of the bias");
  const std::vector<double> weight = weight_scales(source);
  for (size_t i = 0; i < channels; ++i) {
    const double integer = values[i] - zero_points[i];
    if (!std::isfinite(integer)) {
      throw InputError(
          fmt::format("{}: bias: expected finite numbers, found {} at {}", source.where, values[i], i));
    }
    const double accumulator_scale = source.input_scale * weight[i];
    const bool as_it_is = from.accumulator_units || (from.quantization && from.factor == 1 &&
                                                     in_accumulator_units(scales[i], accumulator_scale));
    bias[i] = as_it_is ? to_accumulator(integer, std::numeric_limits<int32_t>::max())
                       : to_accumulator(integer * scales[i] * from.factor / accumulator_scale, kMostSum);
  }
  return bias;
}

// The number that a step of the outputs stands for where the model does not tell: three standard deviations
// of the channel with the largest outputs, for inputs spread evenly over their range, and its bias meet the
// largest output.
double choose_output_scale(const LayerSource& source, const HostTensor& weights,
                           const std::vector<int32_t>& bias) {
  const std::vector<double> scales = weight_scales(source);
  const double input_deviation = std::sqrt(mean_square(source.input_least, source.input_most));
  double largest = 0;
  const std::vector<double> norms = channel_norms(weights);
  for (size_t i = 0; i < norms.size(); ++i) {
    const double magnitude = 3 * input_deviation * norms[i] + std::abs(static_cast<double>(bias[i]));
    const double accumulator = std::min(magnitude, most(source.layer.accumulator_type));
    largest = std::max(largest, accumulator * source.input_scale * scales[i]);
  }
  return largest > 0 ? largest / most(source.layer.output_type) : source.input_scale * scales[0];
}

void set_requantization(const LayerSource& source, double output_scale, LayerParams& params) {
  const std::vector<double> scales = weight_scales(source);
  params.multipliers.resize(scales.size());
  params.shifts.resize(scales.size());
  for (size_t i = 0; i < scales.size(); ++i) {
    const double factor = source.input_scale * scales[i] / output_scale;
    if (!(factor < std::ldexp(1.0, 31))) {
      throw InputError(fmt::format(
          "{}: expected input scale * weight scale / output scale below 2^31, found {} in output channel {}",
          source.where, factor, i));
    }
    const FixedPoint fixed = to_fixed_point(factor);
    params.multipliers[i] = fixed.multiplier;
    params.shifts[i] = fixed.shift;
  }
}

// As ONNX Runtime computes them: in single precision, from left to right.
void set_scales(LayerSource& source, double output_scale) {
  constexpr int64_t kMostWithoutWeights = 1 << 24;
  if (source.weights.tensor == nullptr && source.layer.out_channels > kMostWithoutWeights) {
    throw InputError(fmt::format("{}: expected at most {} output channels where weights are not in the file",
                                 source.where, kMostWithoutWeights));
  }
  for (const double scale : weight_scales(source)) {
    const float accumulator = static_cast<float>(source.input_scale) * static_cast<float>(scale);
    source.layer.scales.push_back(accumulator / static_cast<float>(output_scale));
  }
}

HostTensor make_input(const LayerSource& source, uint64_t seed) {
  HostTensor input(source.layer.input_type, input_shape(source.layer));
  fill_random(input, tensor_seed(seed, source.layer.name, "input"));
  return input;
}

}  // namespace

double scalar(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where) {
  const TensorElements elements(tensor, folder, where);
  if (elements.size() != 1) {
    throw InputError(fmt::format("{}: expected one element, found {}", where, elements.size()));
  }
  double result = 0;
  elements.for_each([&](int64_t /*i*/, double value) { result = value; });
  return result;
}

double scale_scalar(const onnx::TensorProto& tensor, const std::string& folder, const std::string& where) {
  const double scale = scalar(tensor, folder, where);
  if (!std::isfinite(scale) || scale <= 0) {
    throw InputError(fmt::format("{}: expected a finite number above 0, found {}", where, scale));
  }
  return scale;
}

void prepare_operands(LayerSource& source) {
  const bool single =
      source.zero_points && source.output_scale && source.layer.output_type != DataType::int32;
  // Without weights the number of channels is not backed by data, and nothing of its size may be allocated
  // yet.
  if (source.weights.tensor == nullptr) {
    if (single) set_scales(source, *source.output_scale);
    return;
  }
  if (floating(*source.weights.tensor)) {
    source.weight_scales = float_weight_scales(source);
  } else {
    check_integer_weights(source);
    source.weight_scales =
        channel_scales(source, source.weights.quantization.value_or(Quantization{}), "scale of the weights");
  }
  if (source.bias.tensor != nullptr) make_bias(source);
  LayerParams params;
  if (source.output_scale) set_requantization(source, *source.output_scale, params);
  if (single) set_scales(source, *source.output_scale);
}

LayerTensors make_operands(const LayerSource& source, uint64_t seed) {
  LayerTensors tensors;
  tensors.input = make_input(source, seed);
  tensors.weights = make_weights(source, seed);
  tensors.params.bias = make_bias(source);
  if (source.layer.single_precision()) {
    tensors.params.scales = source.layer.scales;
  } else if (source.layer.output_type != DataType::int32) {
    const double scale = source.output_scale
                             ? *source.output_scale
                             : choose_output_scale(source, tensors.weights, tensors.params.bias);
    set_requantization(source, scale, tensors.params);
  }
  return tensors;
}

}  // namespace hwcvp::onnx_import
