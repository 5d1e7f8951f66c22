// Vectors of sixteen 32-bit lanes with AVX-512 F, BW, VL and DQ. Each file that includes this has its own
// copy.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "models/kernels/operations.h"
#include "models/kernels/unroll.h"

namespace hwcvp::kernels {
namespace {

struct VectorsAvx512 {
  static constexpr int kLanes = 16;
  static constexpr int kMaxPixels = 14;  // two vectors of sums each, and four of 32 registers for operands

  using Vector = __m512i;

  static Vector load(const void* from) { return _mm512_loadu_si512(from); }
  static Vector load_first(const int32_t* from, int count) {
    return _mm512_maskz_loadu_epi32(first(count), from);
  }
  static void store(int32_t* to, Vector v) { _mm512_storeu_si512(to, v); }
  static void store_first(int32_t* to, Vector v, int count) { _mm512_mask_storeu_epi32(to, first(count), v); }
  static Vector fill(int32_t value) { return _mm512_set1_epi32(value); }
  static Vector add(Vector a, Vector b) { return _mm512_add_epi32(a, b); }

  static __mmask16 first(int count) { return static_cast<__mmask16>((1u << count) - 1); }

  // Lane i of the two to places 2 * i and 2 * i + 1 of both.
  static void interleave_lanes(Vector& even, Vector& odd) {
    const Vector low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const Vector high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const Vector first_half = _mm512_permutex2var_epi32(even, low, odd);
    odd = _mm512_permutex2var_epi32(even, high, odd);
    even = first_half;
  }

  // Of each 128 bits of the two, alternately.
  static Vector low_lanes(Vector a, Vector b) { return _mm512_unpacklo_epi32(a, b); }
  static Vector high_lanes(Vector a, Vector b) { return _mm512_unpackhi_epi32(a, b); }
  static Vector low_pairs(Vector a, Vector b) { return _mm512_unpacklo_epi64(a, b); }
  static Vector high_pairs(Vector a, Vector b) { return _mm512_unpackhi_epi64(a, b); }

  static void transpose(Vector (&v)[kLanes]) {
    transpose_fours<VectorsAvx512>(v);
    Vector t[kLanes];
    HWCVP_UNROLL
    for (int j = 0; j < 4; ++j) {
      const Vector low_01 = _mm512_shuffle_i32x4(v[j], v[j + 4], 0x44);
      const Vector high_01 = _mm512_shuffle_i32x4(v[j], v[j + 4], 0xee);
      const Vector low_23 = _mm512_shuffle_i32x4(v[j + 8], v[j + 12], 0x44);
      const Vector high_23 = _mm512_shuffle_i32x4(v[j + 8], v[j + 12], 0xee);
      t[j] = _mm512_shuffle_i32x4(low_01, low_23, 0x88);
      t[j + 4] = _mm512_shuffle_i32x4(low_01, low_23, 0xdd);
      t[j + 8] = _mm512_shuffle_i32x4(high_01, high_23, 0x88);
      t[j + 12] = _mm512_shuffle_i32x4(high_01, high_23, 0xdd);
    }
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) v[i] = t[i];
  }

  // Each byte is exclusive-ored with `flip`.
  static void copy_bytes(const uint8_t* from, int count, uint8_t flip, int8_t* to) {
    const Vector flips = _mm512_set1_epi8(static_cast<char>(flip));
    for (int i = 0; i < count; i += 64) {
      const __mmask64 mask = count - i < 64 ? (uint64_t{1} << (count - i)) - 1 : ~uint64_t{0};
      _mm512_mask_storeu_epi8(to + i, mask, _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, from + i), flips));
    }
  }

  // 16-bit elements from one- or two-byte ones.
  static void copy_words(const uint8_t* from, int element_bytes, ElementCode code, int count, int16_t* to) {
    const __m256i flips = _mm256_set1_epi8(static_cast<char>(code.flip));
    const Vector zeros = _mm512_set1_epi16(code.zero);
    for (int i = 0; i < count; i += 32) {
      const __mmask32 mask = count - i < 32 ? (1u << (count - i)) - 1 : ~0u;
      const Vector words =
          element_bytes == 1
              ? _mm512_cvtepi8_epi16(_mm256_xor_si256(_mm256_maskz_loadu_epi8(mask, from + i), flips))
              : _mm512_maskz_loadu_epi16(mask, from + 2 * i);
      _mm512_mask_storeu_epi16(to + i, mask, _mm512_sub_epi16(words, zeros));
    }
  }

  // Units of two 16-bit channels from rows of one- or two-byte elements.
  static void interleave_words(const uint8_t* const (&rows)[2], int element_bytes, ElementCode code,
                               int count, uint8_t* units) {
    const __m128i flips = _mm_set1_epi8(static_cast<char>(code.flip));
    const Vector zeros = _mm512_set1_epi16(code.zero);
    for (int i = 0; i < count; i += kLanes) {
      const __mmask16 mask = first(count - i < kLanes ? count - i : kLanes);
      Vector a;
      Vector b;
      if (element_bytes == 1) {
        a = _mm512_cvtepi8_epi32(_mm_xor_si128(_mm_maskz_loadu_epi8(mask, rows[0] + i), flips));
        b = _mm512_cvtepi8_epi32(_mm_xor_si128(_mm_maskz_loadu_epi8(mask, rows[1] + i), flips));
      } else {
        a = _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(mask, rows[0] + 2 * i));
        b = _mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(mask, rows[1] + 2 * i));
      }
      const Vector pairs = _mm512_mask_blend_epi16(0xaaaaaaaa, a, _mm512_slli_epi32(b, 16));
      _mm512_storeu_si512(units + 4 * i, _mm512_sub_epi16(pairs, zeros));
    }
  }

  // Units of four 8-bit channels; each byte is exclusive-ored with `flip`.
  static void interleave_bytes(const uint8_t* const (&rows)[4], int count, uint8_t flip, uint8_t* units) {
    const Vector gather = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const Vector transpose4 =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const Vector flips = _mm512_set1_epi8(static_cast<char>(flip));
    for (int i = 0; i < count; i += kLanes) {
      const __mmask16 mask = first(count - i < kLanes ? count - i : kLanes);
      Vector v = _mm512_castsi128_si512(_mm_maskz_loadu_epi8(mask, rows[0] + i));
      v = _mm512_inserti32x4(v, _mm_maskz_loadu_epi8(mask, rows[1] + i), 1);
      v = _mm512_inserti32x4(v, _mm_maskz_loadu_epi8(mask, rows[2] + i), 2);
      v = _mm512_inserti32x4(v, _mm_maskz_loadu_epi8(mask, rows[3] + i), 3);
      v = _mm512_shuffle_epi8(_mm512_permutexvar_epi32(gather, v), transpose4);
      _mm512_storeu_si512(units + 4 * i, _mm512_xor_si512(v, flips));
    }
  }
};

// For 16-bit operands; the files add the multiplication.
struct WordsAvx512 : VectorsAvx512 {
  template <int WeightBytes>
  static Vector load_row(const uint8_t* from) {
    if constexpr (WeightBytes == 2) return load(from);
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  template <int WeightBytes>
  static Vector load_row_first(const uint8_t* from, int count) {
    const __mmask32 mask = (1u << count) - 1;
    if constexpr (WeightBytes == 2) return _mm512_maskz_loadu_epi16(mask, from);
    return _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, from));
  }
};

}  // namespace
}  // namespace hwcvp::kernels
