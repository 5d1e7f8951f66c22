#include "models/hwc/vector_arithmetic.h"

#include <algorithm>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__)
#define HWCVP_VECTOR_FMA 1
#endif

namespace hwcvp::hwc {

namespace {

// Within the limits, and rounded to an integer with ties to even. The limits are integers of less than 2^22,
// so that limiting first gives the same, and adding 1.5 * 2^23 leaves no bits behind the point.
[[gnu::always_inline]] inline int32_t limited(float value, float least, float most) {
  constexpr float kNoFraction = 12582912.0F;
  value = value > least ? value : least;  // also where it is not a number
  value = value < most ? value : most;
  return static_cast<int32_t>((value + kNoFraction) - kNoFraction);
}

inline int32_t wrapping_sum(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

struct Addition {
  float s0, s1, fixed, least, most;
};

[[gnu::always_inline]] inline void add_row(const int32_t* a, const int32_t* b, int64_t count,
                                           const Addition& rule, int32_t* out) {
  const Addition r = rule;
  for (int64_t i = 0; i < count; ++i) {
    const float second = __builtin_fmaf(static_cast<float>(b[i]), r.s1, r.fixed);
    out[i] = limited(__builtin_fmaf(static_cast<float>(a[i]), r.s0, second), r.least, r.most);
  }
}

#if HWCVP_VECTOR_FMA
// The same code for processors that have the instruction; others take the library's function.
[[gnu::target("avx2,fma")]] void add_row_fma(const int32_t* a, const int32_t* b, int64_t count,
                                             const Addition& rule, int32_t* out) {
  add_row(a, b, count, rule, out);
}

bool has_fma() { return __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2"); }
#endif

}  // namespace

VectorArithmetic::VectorArithmetic(const LayerConfiguration& layer)
    : is_sum_(layer.vector.kind == VectorOperation::Kind::sum),
      s0_(layer.vector.scale[0]),
      s1_(layer.vector.scale[1]),
      s2_(layer.vector.scale[2]),
      fixed_(layer.vector.fixed),
      a_zero_(layer.input_zero),
      b_zero_(layer.vector.second_zero),
      y_zero_(layer.output_zero),
      least_(layer.output_min),
      most_(layer.output_max) {}

void VectorArithmetic::add(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const {
  const Addition rule = {s0_, s1_, fixed_, static_cast<float>(least_), static_cast<float>(most_)};
#if HWCVP_VECTOR_FMA
  if (has_fma()) return add_row_fma(a, b, count, rule, out);
#endif
  add_row(a, b, count, rule, out);
}

void VectorArithmetic::subtract(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const {
  const float s0 = s0_, s1 = s1_, s2 = s2_;
  const int32_t a_zero = a_zero_, b_zero = b_zero_, y_zero = y_zero_;
  const auto least = static_cast<float>(least_ - y_zero), most = static_cast<float>(most_ - y_zero);
  for (int64_t i = 0; i < count; ++i) {
    const float difference = static_cast<float>(a[i] - a_zero) * s0 - static_cast<float>(b[i] - b_zero) * s1;
    out[i] = limited(difference / s2, least, most) + y_zero;
  }
}

void VectorArithmetic::multiply(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const {
  const float s0 = s0_;
  const int32_t a_zero = a_zero_, b_zero = b_zero_;
  const auto y_zero = static_cast<float>(y_zero_);
  const auto least = static_cast<float>(least_), most = static_cast<float>(most_);
  for (int64_t i = 0; i < count; ++i) {
    out[i] = limited(static_cast<float>((a[i] - a_zero) * (b[i] - b_zero)) * s0 + y_zero, least, most);
  }
}

void VectorArithmetic::largest(const int32_t* in, int64_t stride, int64_t count, int32_t* maxima) {
  if (stride == 1) {
    for (int64_t i = 0; i < count; ++i) maxima[i] = std::max(maxima[i], in[i]);
  } else {
    for (int64_t i = 0; i < count; ++i) maxima[i] = std::max(maxima[i], in[i * stride]);
  }
}

void VectorArithmetic::sum(const int32_t* in, int64_t stride, int64_t count, int32_t* sums) const {
  const int32_t zero = a_zero_;
  for (int64_t i = 0; i < count; ++i) sums[i] = wrapping_sum(sums[i], in[i * stride] - zero);
}

void VectorArithmetic::dequantized_sum(const int32_t* in, int64_t stride, int64_t count, float* sums) const {
  const float s0 = s0_;
  const int32_t zero = a_zero_;
  for (int64_t i = 0; i < count; ++i) sums[i] += s0 * static_cast<float>(in[i * stride] - zero);
}

void VectorArithmetic::average(const float* sums, const float* counts, int64_t count, int32_t* out) const {
  const float s2 = s2_;
  const auto y_zero = static_cast<float>(y_zero_);
  const auto least = static_cast<float>(least_), most = static_cast<float>(most_);
  for (int64_t i = 0; i < count; ++i) out[i] = limited((sums[i] / counts[i]) / s2 + y_zero, least, most);
}

void VectorArithmetic::finish(const int32_t* accumulators, int64_t count, unsigned char* out) const {
  const int32_t least = least_, most = most_;
  if (!is_sum_) {
    for (int64_t i = 0; i < count; ++i) {
      out[i] = static_cast<unsigned char>(std::min(std::max(accumulators[i], least), most));
    }
    return;
  }
  const float s0 = s0_;
  const int32_t y_zero = y_zero_;
  const auto low = static_cast<float>(least - y_zero), high = static_cast<float>(most - y_zero);
  for (int64_t i = 0; i < count; ++i) {
    out[i] =
        static_cast<unsigned char>(limited(static_cast<float>(accumulators[i]) * s0, low, high) + y_zero);
  }
}

}  // namespace hwcvp::hwc
