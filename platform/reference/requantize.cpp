#include "platform/reference/requantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hwcvp {

namespace {

int32_t accumulator(uint32_t sum, int32_t bias, DataType type) {
  const uint32_t wrapped = sum + static_cast<uint32_t>(bias);
  return type == DataType::int16 ? static_cast<int16_t>(static_cast<uint16_t>(wrapped))
                                 : static_cast<int32_t>(wrapped);
}

template <typename Output>
void scale(const Layer& layer, const ChannelParams& params, bool relu, const uint32_t* sums, int64_t count,
           Output* outputs) {
  const int64_t least = relu ? 0 : std::numeric_limits<Output>::min();
  const int64_t most = std::numeric_limits<Output>::max();
  const int64_t half = params.shift == 0 ? 0 : int64_t{1} << (params.shift - 1);
  for (int64_t i = 0; i < count; ++i) {
    // Below 2^62 in magnitude, and half at most 2^61: nothing overflows. Shifting right rounds towards minus
    // infinity.
    const int64_t product =
        int64_t{accumulator(sums[i], params.bias, layer.accumulator_type)} * params.multiplier;
    outputs[i] = static_cast<Output>(std::clamp((product + half) >> params.shift, least, most));
  }
}

// The product is that of two numbers of 24 bits, rounded once from double precision.
template <typename Output>
void scale_in_single_precision(const Layer& layer, const ChannelParams& params, bool relu,
                               const uint32_t* sums, int64_t count, Output* outputs) {
  const IntegerLimits limits = layer.output_limits();
  const int32_t zero = layer.output_zero_point;
  const auto least = static_cast<float>((relu ? std::max(limits.least, zero) : limits.least) - zero);
  const auto most = static_cast<float>(limits.most - zero);
  for (int64_t i = 0; i < count; ++i) {
    const auto number = static_cast<float>(accumulator(sums[i], params.bias, layer.accumulator_type));
    const auto product = static_cast<float>(double{number} * double{params.scale});
    const float limited = std::min(std::max(product, least), most);
    outputs[i] = static_cast<Output>(static_cast<int32_t>(std::nearbyint(limited)) + zero);
  }
}

}  // namespace

void requantize(const Layer& layer, const ChannelParams& params, bool relu, const uint32_t* sums,
                int64_t count, void* outputs) {
  switch (layer.output_type) {
    case DataType::uint8:
      scale_in_single_precision(layer, params, relu, sums, count, static_cast<uint8_t*>(outputs));
      return;
    case DataType::int8:
      if (layer.single_precision()) {
        scale_in_single_precision(layer, params, relu, sums, count, static_cast<int8_t*>(outputs));
        return;
      }
      scale(layer, params, relu, sums, count, static_cast<int8_t*>(outputs));
      return;
    case DataType::int16:
      scale(layer, params, relu, sums, count, static_cast<int16_t*>(outputs));
      return;
    case DataType::int32:
    case DataType::float32:
      break;
  }
  auto* const accumulators = static_cast<int32_t*>(outputs);
  for (int64_t i = 0; i < count; ++i) {
    accumulators[i] = accumulator(sums[i], params.bias, layer.accumulator_type);
  }
}

}  // namespace hwcvp
