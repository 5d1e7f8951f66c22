// The kernels in plain C++: for machines without the vectors that the others need, and the yardstick for them
// in tests.
#include <cstring>

#include "models/kernels/elements.h"
#include "models/kernels/kernel_template.h"
#include "models/kernels/operations.h"
#include "models/kernels/requantize_row.h"

namespace hwcvp::kernels {
namespace {

struct Portable : PlainElements {
  static constexpr int kLanes = 8;
  static constexpr int kMaxPixels = 4;

  struct Vector {
    uint32_t lane[kLanes];
  };

  static Vector load(const void* from) {
    Vector v;
    std::memcpy(v.lane, from, sizeof v.lane);
    return v;
  }
  static Vector load_first(const int32_t* from, int count) {
    Vector v{};
    for (int i = 0; i < count; ++i) v.lane[i] = static_cast<uint32_t>(from[i]);
    return v;
  }
  static void store(int32_t* to, const Vector& v) {
    for (int i = 0; i < kLanes; ++i) to[i] = static_cast<int32_t>(v.lane[i]);
  }
  static void store_first(int32_t* to, const Vector& v, int count) {
    for (int i = 0; i < count; ++i) to[i] = static_cast<int32_t>(v.lane[i]);
  }
  static Vector fill(int32_t value) {
    Vector v;
    for (int i = 0; i < kLanes; ++i) v.lane[i] = static_cast<uint32_t>(value);
    return v;
  }
  static Vector add(const Vector& a, const Vector& b) {
    Vector v;
    for (int i = 0; i < kLanes; ++i) v.lane[i] = a.lane[i] + b.lane[i];
    return v;
  }
  // Low and high halves of a unit as signed numbers; the product of two halves fits 32 bits, the sum of two
  // products may wrap.
  static Vector dot(const Vector& sum, const Vector& a, const Vector& b) {
    Vector v;
    for (int i = 0; i < kLanes; ++i) {
      const int32_t low = static_cast<int16_t>(a.lane[i]) * static_cast<int16_t>(b.lane[i]);
      const int32_t high = static_cast<int16_t>(a.lane[i] >> 16) * static_cast<int16_t>(b.lane[i] >> 16);
      v.lane[i] = sum.lane[i] + static_cast<uint32_t>(low) + static_cast<uint32_t>(high);
    }
    return v;
  }
  template <int WeightBytes>
  static Vector load_row(const uint8_t* from) {
    return load_row_first<WeightBytes>(from, 2 * kLanes);
  }
  template <int WeightBytes>
  static Vector load_row_first(const uint8_t* from, int count) {
    int16_t words[2 * kLanes] = {};
    copy_words(from, WeightBytes, {}, count, words);
    return load(words);
  }
  // Lane i of the two to places 2 * i and 2 * i + 1 of both.
  static void interleave_lanes(Vector& even, Vector& odd) {
    Vector both[2];
    for (int i = 0; i < 2 * kLanes; ++i)
      both[i / kLanes].lane[i % kLanes] = (i % 2 == 0 ? even : odd).lane[i / 2];
    even = both[0];
    odd = both[1];
  }

  static void transpose(Vector (&v)[kLanes]) {
    for (int i = 0; i < kLanes; ++i) {
      for (int j = 0; j < i; ++j) {
        const uint32_t lane = v[i].lane[j];
        v[i].lane[j] = v[j].lane[i];
        v[j].lane[i] = lane;
      }
    }
  }
};

using PortableWords = WordOperations<Portable>;
using Words = Kernels<PortableWords, PortableWords>;

}  // namespace

const KernelFunctions portable_words = Words::functions;

void requantize_portable(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                         uint8_t* outputs) {
  requantize_row(accumulators, count, rule, outputs);
}

}  // namespace hwcvp::kernels
