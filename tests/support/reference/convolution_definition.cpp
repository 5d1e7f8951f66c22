#include "tests/support/reference/convolution_definition.h"

#include <cmath>

#include "platform/tensor/tensor_random.h"

namespace hwcvp {

namespace {

__extension__ using int128 = __int128;

int64_t element(const HostTensor& tensor, int64_t i) {
  switch (tensor.type()) {
    case DataType::int8:
      return tensor.data<int8_t>()[i];
    case DataType::uint8:
      return tensor.data<uint8_t>()[i];
    case DataType::int16:
      return tensor.data<int16_t>()[i];
    case DataType::int32:
    case DataType::float32:
      break;
  }
  return tensor.data<int32_t>()[i];
}

void set_element(HostTensor& tensor, int64_t i, int64_t value) {
  switch (tensor.type()) {
    case DataType::int8:
      tensor.data<int8_t>()[i] = static_cast<int8_t>(value);
      return;
    case DataType::uint8:
      tensor.data<uint8_t>()[i] = static_cast<uint8_t>(value);
      return;
    case DataType::int16:
      tensor.data<int16_t>()[i] = static_cast<int16_t>(value);
      return;
    case DataType::int32:
    case DataType::float32:
      tensor.data<int32_t>()[i] = static_cast<int32_t>(value);
  }
}

// The number of `bits` bits that is congruent to `value`.
int128 wrap(int128 value, int bits) {
  const int128 modulus = int128{1} << bits;
  int128 rest = value % modulus;
  if (rest < 0) rest += modulus;
  return rest >= modulus / 2 ? rest - modulus : rest;
}

int128 floor_divide(int128 a, int128 b) { return a / b - (a % b < 0 ? 1 : 0); }

int128 clamp(int128 value, int128 least, int128 most) {
  return value < least ? least : value > most ? most : value;
}

// numerator * 2^exponent rounded to an integer, half to even; below 2^100 in magnitude.
int128 round_half_even(int128 numerator, int exponent) {
  if (exponent >= 0) return numerator << exponent;
  if (exponent < -100) return 0;  // less than a half
  const int128 divisor = int128{1} << -exponent;
  const int128 below = floor_divide(numerator, divisor);
  const int128 twice_rest = 2 * (numerator - below * divisor);
  return twice_rest > divisor || (twice_rest == divisor && below % 2 != 0) ? below + 1 : below;
}

// The whole number of `value` times 2^exponent, `value` of 24 bits.
int128 fraction_of(float value, int& exponent) {
  const float fraction = std::frexp(value, &exponent);
  exponent -= 24;
  return static_cast<int128>(std::ldexp(fraction, 24));
}

// In integers but for the roundings to single precision, of which there are two.
int128 single_precision_output(const Layer& layer, float scale, bool relu, int64_t accumulator) {
  const auto number = static_cast<float>(accumulator);
  const auto product = static_cast<float>(static_cast<double>(number) * static_cast<double>(scale));
  int128 value = 0;
  if (std::abs(product) > 1e6F) {
    value = product < 0 ? -1000000 : 1000000;  // past every limit
  } else {
    int exponent = 0;
    const int128 fraction = fraction_of(product, exponent);
    value = round_half_even(fraction, exponent);
  }
  value += layer.output_zero_point;
  const int128 type_least = layer.output_type == DataType::uint8 ? 0 : -128;
  int128 least = layer.output_min ? *layer.output_min : type_least;
  const int128 most = layer.output_max ? *layer.output_max : type_least + 255;
  if (relu && least < layer.output_zero_point) least = layer.output_zero_point;
  if (value < least) value = least;
  return value > most ? most : value;
}

// floor(accumulator * multiplier / 2^shift + 1/2), saturated.
int128 output_of(const Layer& layer, const LayerParams& params, bool relu, int64_t channel,
                 int128 accumulator) {
  if (layer.output_type == DataType::int32) return accumulator;
  const auto m = static_cast<size_t>(channel);
  if (!layer.scales.empty()) {
    return single_precision_output(layer, params.scales[m], relu, static_cast<int64_t>(accumulator));
  }
  const int128 divisor = int128{1} << params.shifts[m];
  const int128 rounded =
      floor_divide(2 * accumulator * params.multipliers[m] + (divisor > 1 ? divisor : 0), 2 * divisor);
  const int128 most = (int128{1} << (8 * bytes(layer.output_type) - 1)) - 1;
  return clamp(rounded, relu ? 0 : -most - 1, most);
}

}  // namespace

HostTensor convolution_by_definition(const Layer& layer, const HostTensor& input, const HostTensor& weights,
                                     const LayerParams& params, bool relu) {
  HostTensor output(layer.output_type, output_shape(layer));
  const int64_t group_outputs = layer.out_channels / layer.group,
                group_inputs = layer.in_channels / layer.group;
  int64_t out = 0;
  for (int64_t b = 0; b < layer.batch; ++b) {
    for (int64_t m = 0; m < layer.out_channels; ++m) {
      for (int64_t oy = 0; oy < layer.out_height(); ++oy) {
        for (int64_t ox = 0; ox < layer.out_width(); ++ox, ++out) {
          int128 sum = params.bias[static_cast<size_t>(m)];
          for (int64_t c = 0; c < group_inputs; ++c) {
            const int64_t channel = m / group_outputs * group_inputs + c;
            for (int64_t fy = 0; fy < layer.kernel_shape[0]; ++fy) {
              for (int64_t fx = 0; fx < layer.kernel_shape[1]; ++fx) {
                const int64_t y = oy * layer.strides[0] + fy * layer.dilations[0] - layer.pads[0];
                const int64_t x = ox * layer.strides[1] + fx * layer.dilations[1] - layer.pads[1];
                if (y < 0 || y >= layer.in_height || x < 0 || x >= layer.in_width) continue;
                const int64_t in =
                    ((b * layer.in_channels + channel) * layer.in_height + y) * layer.in_width + x;
                sum += int128{element(input, in) - layer.input_zero_point} *
                       element(weights,
                               ((m * group_inputs + c) * layer.kernel_shape[0] + fy) * layer.kernel_shape[1] +
                                   fx);
              }
            }
          }
          const int128 accumulator = wrap(sum, static_cast<int>(8 * bytes(layer.accumulator_type)));
          set_element(output, out, static_cast<int64_t>(output_of(layer, params, relu, m, accumulator)));
        }
      }
    }
  }
  return output;
}

Operands::Operands(const Layer& layer, uint64_t seed)
    : input(layer.input_type, input_shape(layer)),
      weights(layer.weight_type, weight_shape(layer)),
      params(random_params(layer, seed)) {
  fill_random(input, tensor_seed(seed, layer.name, "input"));
  fill_random(weights, tensor_seed(seed, layer.name, "weight"));
}

}  // namespace hwcvp
