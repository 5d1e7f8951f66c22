// The kernels for AVX-512 with VNNI.
#include "models/kernels/kernel_template.h"
#include "models/kernels/vectors_avx512.h"

namespace hwcvp::kernels {
namespace {

// The instruction multiplies unsigned by signed bytes: inputs are packed as x + 128 (of unsigned ones, as
// they are), padding as their zero, and every sum starts at minus that zero times the sum of its weights. It
// adds four products without saturation.
struct VnniBytes : Operations<VectorsAvx512> {
  using Element = int8_t;
  static constexpr int kGroupChannels = 4;

  static uint8_t packed_padding(const Geometry& g) { return static_cast<uint8_t>(g.input_code.zero + 128); }
  static Vector dot(Vector sum, Vector input, Vector weights) {
    return _mm512_dpbusd_epi32(sum, input, weights);
  }
  static Vector add_start(const Geometry& g, Vector sum, Vector weights) {
    return take_off(sum, packed_padding(g), weights);
  }
  // Less `times` times the sum of four signed bytes.
  static Vector take_off(Vector sum, uint8_t times, Vector bytes) {
    const Vector offsets = _mm512_set1_epi8(static_cast<char>(times));
    return _mm512_sub_epi32(sum, _mm512_dpbusd_epi32(_mm512_setzero_si512(), offsets, bytes));
  }

  // By rows the weights are the unsigned ones, w + 128, and every sum starts at -128 times the sum of its
  // inputs, which are signed and have a zero of 0.
  static Vector dot_row(Vector sum, Vector input, Vector weights) {
    return _mm512_dpbusd_epi32(sum, weights, input);
  }
  static Vector add_row_start(Vector sum, Vector input) { return take_off(sum, 128, input); }
  template <int WeightBytes>
  static Vector load_row(const uint8_t* from) {
    static_assert(WeightBytes == 1);
    return _mm512_xor_si512(load(from), _mm512_set1_epi8(static_cast<char>(128)));
  }
  template <int WeightBytes>
  static Vector load_row_first(const uint8_t* from, int count) {
    static_assert(WeightBytes == 1);
    return _mm512_xor_si512(_mm512_maskz_loadu_epi8((uint64_t{1} << count) - 1, from),
                            _mm512_set1_epi8(static_cast<char>(128)));
  }

  static void interleave_input(const Geometry& g, const uint8_t* const (&rows)[4], int, int count,
                               uint8_t* units) {
    interleave_bytes(rows, count, static_cast<uint8_t>(128 ^ g.input_code.flip), units);
  }
  static void interleave_weights(const uint8_t* const (&rows)[4], int, int count, uint8_t* units) {
    interleave_bytes(rows, count, 0, units);
  }
  static void copy_input(const Geometry& g, const uint8_t* from, int, int count, int8_t* to) {
    copy_bytes(from, count, g.input_code.flip, to);
  }
  static void copy(const uint8_t* from, int, int count, int8_t* to) { copy_bytes(from, count, 0, to); }
};

struct VnniDot : WordsAvx512 {
  static Vector dot(Vector sum, Vector a, Vector b) { return _mm512_dpwssd_epi32(sum, a, b); }
};

using VnniWords = WordOperations<VnniDot>;

using Bytes = Kernels<VnniBytes, VnniWords>;
using Words = Kernels<VnniWords, VnniWords>;

}  // namespace

const KernelFunctions avx512_vnni_bytes = Bytes::functions;
const KernelFunctions avx512_vnni_words = Words::functions;

}  // namespace hwcvp::kernels
