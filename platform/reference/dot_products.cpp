#include "platform/reference/dot_products.h"

#if defined(__x86_64__)
#define HWCVP_DOT_PRODUCTS_X86
#endif

namespace hwcvp {

namespace {

// A tile of A x B sums, so that a loaded word serves several products. The sums are unsigned, since they may
// wrap.
template <int A, int B>
[[gnu::always_inline]] inline void tile(const int16_t* a, const int16_t* b, int64_t words, uint32_t* out,
                                        int64_t out_stride) {
  uint32_t sums[A][B] = {};
  for (int64_t n = 0; n < words; ++n) {
#pragma GCC unroll 4
    for (int i = 0; i < A; ++i) {
#pragma GCC unroll 4
      for (int j = 0; j < B; ++j) {
        sums[i][j] += static_cast<uint32_t>(int32_t{a[i * words + n]} * int32_t{b[j * words + n]});
      }
    }
  }
  for (int i = 0; i < A; ++i) {
    for (int j = 0; j < B; ++j) out[i * out_stride + j] = sums[i][j];
  }
}

template <int A>
[[gnu::always_inline]] inline void tile_row(const int16_t* a, WordRows b, int64_t words, uint32_t* out,
                                            int64_t out_stride) {
  int64_t j = 0;
  for (; j + 4 <= b.rows; j += 4) tile<A, 4>(a, b.data + j * words, words, out + j, out_stride);
  for (; j < b.rows; ++j) tile<A, 1>(a, b.data + j * words, words, out + j, out_stride);
}

[[gnu::always_inline]] inline void all_tiles(WordRows a, WordRows b, int64_t words, uint32_t* out,
                                             int64_t out_stride) {
  int64_t i = 0;
  for (; i + 4 <= a.rows; i += 4) tile_row<4>(a.data + i * words, b, words, out + i * out_stride, out_stride);
  for (; i < a.rows; ++i) tile_row<1>(a.data + i * words, b, words, out + i * out_stride, out_stride);
}

// The same loops, compiled for several instruction sets.
#ifdef HWCVP_DOT_PRODUCTS_X86
[[gnu::target("avx512f,avx512bw,avx512vl,prefer-vector-width=512")]] void dot_products_avx512(
    WordRows a, WordRows b, int64_t words, uint32_t* out, int64_t out_stride) {
  all_tiles(a, b, words, out, out_stride);
}

[[gnu::target("avx2")]] void dot_products_avx2(WordRows a, WordRows b, int64_t words, uint32_t* out,
                                               int64_t out_stride) {
  all_tiles(a, b, words, out, out_stride);
}
#endif

void dot_products_baseline(WordRows a, WordRows b, int64_t words, uint32_t* out, int64_t out_stride) {
  all_tiles(a, b, words, out, out_stride);
}

auto choose() {
#ifdef HWCVP_DOT_PRODUCTS_X86
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return dot_products_avx512;
  if (__builtin_cpu_supports("avx2")) return dot_products_avx2;
#endif
  return dot_products_baseline;
}

}  // namespace

void dot_products(WordRows a, WordRows b, int64_t words, uint32_t* out, int64_t out_stride) {
  static const auto chosen = choose();
  chosen(a, b, words, out, out_stride);
}

}  // namespace hwcvp
