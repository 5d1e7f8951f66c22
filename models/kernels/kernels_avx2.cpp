// The kernels for AVX2: everything as 16-bit pairs.
#include <immintrin.h>

#include <cstring>

#include "models/kernels/elements.h"
#include "models/kernels/kernel_template.h"

namespace hwcvp::kernels {
namespace {

struct Avx2 {
  static constexpr int kLanes = 8;
  using Element = int16_t;
  static constexpr int kGroupChannels = 2;
  static constexpr int kMaxPixels = 6;  // two vectors of sums each, and four of 16 registers for operands
  static constexpr uint8_t kPackedZero = 0;

  using Vector = __m256i;

  static Vector load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  static Vector load_first(const int32_t* from, int count) {
    return _mm256_maskload_epi32(from, first(count));
  }
  static void store(int32_t* to, Vector v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
  static void store_first(int32_t* to, Vector v, int count) { _mm256_maskstore_epi32(to, first(count), v); }
  static Vector fill(int32_t value) { return _mm256_set1_epi32(value); }
  static Vector broadcast(const uint8_t* unit) {
    int32_t value;
    std::memcpy(&value, unit, sizeof value);
    return _mm256_set1_epi32(value);
  }
  static Vector add(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
  // The sum of two products wraps where both are 2^30, which is right modulo 2^32.
  static Vector dot(Vector sum, Vector a, Vector b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
  static Vector add_start(Vector sum, Vector) { return sum; }
  static Vector dot_row(Vector sum, Vector a, Vector b) { return dot(sum, a, b); }
  static Vector add_row_start(Vector sum, Vector) { return sum; }
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

  static void load_transposed(const int32_t* from, Vector (&columns)[kLanes]) {
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) columns[i] = load(from + i * kLanes);
    transpose(columns);
  }

  // [kLanes] rows of `count` units, `row_units` apart, to [count][kLanes].
  static void transpose_units(const uint8_t* rows, int64_t row_units, int count, uint8_t* to) {
    int32_t* const units = reinterpret_cast<int32_t*>(to);
    for (int i = 0; i < count; i += kLanes) {
      Vector v[kLanes];
      HWCVP_UNROLL
      for (int j = 0; j < kLanes; ++j) v[j] = load(rows + (j * row_units + i) * 4);
      transpose(v);
      for (int j = 0; j < kLanes && i + j < count; ++j) store(units + (i + j) * kLanes, v[j]);
    }
  }

  static void transpose(Vector (&v)[kLanes]) {
    Vector t[kLanes];
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; i += 2) {
      t[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
      t[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
    }
    // Of rows i..i+3: lane l of v[i + j] holds column 4*l + j.
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; i += 4) {
      v[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
      v[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
      v[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
      v[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    HWCVP_UNROLL
    for (int j = 0; j < 4; ++j) {
      t[j] = _mm256_permute2x128_si256(v[j], v[j + 4], 0x20);
      t[j + 4] = _mm256_permute2x128_si256(v[j], v[j + 4], 0x31);
    }
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) v[i] = t[i];
  }

  static void interleave_input(const uint8_t* const (&rows)[2], int element_bytes, int count,
                               uint8_t* units) {
    interleave_words(rows, element_bytes, count, units);
  }
  static void interleave_weights(const uint8_t* const (&rows)[2], int element_bytes, int count,
                                 uint8_t* units) {
    interleave_words(rows, element_bytes, count, units);
  }
  static void copy(const uint8_t* from, int element_bytes, int count, int16_t* to) {
    copy_words(from, element_bytes, count, to);
  }
};

using Words = Kernels<Avx2, Avx2>;

}  // namespace

const KernelFunctions avx2_words = Words::functions;

}  // namespace hwcvp::kernels
