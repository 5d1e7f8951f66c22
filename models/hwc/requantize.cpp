#include "models/hwc/requantize.h"

#include <algorithm>
#include <limits>

namespace hwcvp {

namespace {

template <typename Accumulator, typename Output>
void requantize_row(const void* accumulators, int64_t count, const Requantization& rule, void* outputs) {
  const auto* const in = static_cast<const Accumulator*>(accumulators);
  auto* const out = static_cast<Output*>(outputs);
  const int64_t multiplier = rule.multiplier;
  const int64_t half = rule.shift == 0 ? 0 : int64_t{1} << (rule.shift - 1);
  const int64_t least = rule.relu ? 0 : std::numeric_limits<Output>::min();
  const int64_t most = std::numeric_limits<Output>::max();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t scaled = (in[i] * multiplier + half) >> rule.shift;
    out[i] = static_cast<Output>(std::min(std::max(scaled, least), most));
  }
}

}  // namespace

void requantize(const void* accumulators, int64_t accumulator_bytes, int64_t count,
                const Requantization& rule, void* outputs, int64_t output_bytes) {
  if (accumulator_bytes == 4) {
    if (output_bytes == 1) return requantize_row<int32_t, int8_t>(accumulators, count, rule, outputs);
    return requantize_row<int32_t, int16_t>(accumulators, count, rule, outputs);
  }
  if (output_bytes == 1) return requantize_row<int16_t, int8_t>(accumulators, count, rule, outputs);
  return requantize_row<int16_t, int16_t>(accumulators, count, rule, outputs);
}

}  // namespace hwcvp
