// The kernels for AVX2: everything as 16-bit pairs.
#include <immintrin.h>

#include "models/kernels/elements.h"
#include "models/kernels/kernel_template.h"
#include "models/kernels/operations.h"
#include "models/kernels/requantize_row.h"

namespace hwcvp::kernels {
namespace {

struct Avx2 : PlainElements {
  static constexpr int kLanes = 8;
  static constexpr int kMaxPixels = 6;  // two vectors of sums each, and four of 16 registers for operands

  using Vector = __m256i;

  static Vector load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  static Vector load_first(const int32_t* from, int count) {
    return _mm256_maskload_epi32(from, first(count));
  }
  static void store(int32_t* to, Vector v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
  static void store_first(int32_t* to, Vector v, int count) { _mm256_maskstore_epi32(to, first(count), v); }
  static Vector fill(int32_t value) { return _mm256_set1_epi32(value); }
  static Vector add(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
  // The sum of two products wraps where both are 2^30, which is right modulo 2^32.
  static Vector dot(Vector sum, Vector a, Vector b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
  template <int WeightBytes>
  static Vector load_row(const uint8_t* from) {
    if constexpr (WeightBytes == 2) return load(from);
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  template <int WeightBytes>
  static Vector load_row_first(const uint8_t* from, int count) {
    alignas(32) uint8_t bytes[2 * kLanes * WeightBytes] = {};
    for (int i = 0; i < count * WeightBytes; ++i) bytes[i] = from[i];
    return load_row<WeightBytes>(bytes);
  }

  static Vector first(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }

  // Lane i of the two to places 2 * i and 2 * i + 1 of both.
  static void interleave_lanes(Vector& even, Vector& odd) {
    const Vector low = _mm256_unpacklo_epi32(even, odd);
    const Vector high = _mm256_unpackhi_epi32(even, odd);
    even = _mm256_permute2x128_si256(low, high, 0x20);
    odd = _mm256_permute2x128_si256(low, high, 0x31);
  }

  // Of each 128 bits of the two, alternately.
  static Vector low_lanes(Vector a, Vector b) { return _mm256_unpacklo_epi32(a, b); }
  static Vector high_lanes(Vector a, Vector b) { return _mm256_unpackhi_epi32(a, b); }
  static Vector low_pairs(Vector a, Vector b) { return _mm256_unpacklo_epi64(a, b); }
  static Vector high_pairs(Vector a, Vector b) { return _mm256_unpackhi_epi64(a, b); }

  static void transpose(Vector (&v)[kLanes]) {
    transpose_fours<Avx2>(v);
    Vector t[kLanes];
    HWCVP_UNROLL
    for (int j = 0; j < 4; ++j) {
      t[j] = _mm256_permute2x128_si256(v[j], v[j + 4], 0x20);
      t[j + 4] = _mm256_permute2x128_si256(v[j], v[j + 4], 0x31);
    }
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) v[i] = t[i];
  }
};

using Avx2Words = WordOperations<Avx2>;
using Words = Kernels<Avx2Words, Avx2Words>;

}  // namespace

const KernelFunctions avx2_words = Words::functions;

void requantize_avx2(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                     uint8_t* outputs) {
  requantize_row(accumulators, count, rule, outputs);
}

}  // namespace hwcvp::kernels
