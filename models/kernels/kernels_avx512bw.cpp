// The kernels for AVX-512 without VNNI: everything as 16-bit pairs.
#include "models/kernels/kernel_template.h"
#include "models/kernels/requantize_row.h"
#include "models/kernels/vectors_avx512.h"

namespace hwcvp::kernels {
namespace {

struct Avx512bw : WordsAvx512 {
  // The sum of two products wraps where both are 2^30, which is right modulo 2^32.
  static Vector dot(Vector sum, Vector a, Vector b) { return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b)); }
};

using Avx512bwWords = WordOperations<Avx512bw>;
using Words = Kernels<Avx512bwWords, Avx512bwWords>;

}  // namespace

const KernelFunctions avx512bw_words = Words::functions;

void requantize_avx512bw(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                         uint8_t* outputs) {
  requantize_row(accumulators, count, rule, outputs);
}

}  // namespace hwcvp::kernels
