#include "models/hwc/requantize.h"

#include <algorithm>
#include <limits>

#if defined(__x86_64__) && defined(__GNUC__)
#define HWCVP_REQUANTIZE_AVX512 1
#endif

namespace hwcvp::hwc {

namespace {

template <typename Accumulator, typename Output>
[[gnu::always_inline]] inline void requantize_row(const void* accumulators, int64_t count,
                                                  const Requantization& rule, void* outputs) {
  const auto* const in = static_cast<const Accumulator*>(accumulators);
  auto* const out = static_cast<Output*>(outputs);
  const int64_t multiplier = rule.multiplier;
  const int64_t half = rule.shift == 0 ? 0 : int64_t{1} << (rule.shift - 1);
  const int shift = rule.shift;
  const int64_t least = rule.relu ? 0 : std::numeric_limits<Output>::min();
  const int64_t most = std::numeric_limits<Output>::max();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t scaled = (in[i] * multiplier + half) >> shift;
    out[i] = static_cast<Output>(std::min(std::max(scaled, least), most));
  }
}

[[gnu::always_inline]] inline void requantize_any(const void* accumulators, int64_t accumulator_bytes,
                                                  int64_t count, const Requantization& rule, void* outputs,
                                                  int64_t output_bytes) {
  if (accumulator_bytes == 4) {
    if (output_bytes == 1) return requantize_row<int32_t, int8_t>(accumulators, count, rule, outputs);
    return requantize_row<int32_t, int16_t>(accumulators, count, rule, outputs);
  }
  if (output_bytes == 1) return requantize_row<int16_t, int8_t>(accumulators, count, rule, outputs);
  return requantize_row<int16_t, int16_t>(accumulators, count, rule, outputs);
}

#if HWCVP_REQUANTIZE_AVX512
// The same code for processors that shift and compare 64-bit lanes.
[[gnu::target("avx512f,avx512dq,avx512bw,avx512vl,prefer-vector-width=512")]] void requantize_avx512(
    const void* accumulators, int64_t accumulator_bytes, int64_t count, const Requantization& rule,
    void* outputs, int64_t output_bytes) {
  requantize_any(accumulators, accumulator_bytes, count, rule, outputs, output_bytes);
}

bool has_avx512() {
  return __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

}  // namespace

void requantize(const void* accumulators, int64_t accumulator_bytes, int64_t count,
                const Requantization& rule, void* outputs, int64_t output_bytes) {
#if HWCVP_REQUANTIZE_AVX512
  static const bool kWide = has_avx512();
  if (kWide) return requantize_avx512(accumulators, accumulator_bytes, count, rule, outputs, output_bytes);
#endif
  requantize_any(accumulators, accumulator_bytes, count, rule, outputs, output_bytes);
}

}  // namespace hwcvp::hwc
