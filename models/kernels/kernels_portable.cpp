// The kernels in plain C++: for machines without the vectors that the others need, and the yardstick for them
// in tests.
#include <cstring>

#include "models/kernels/elements.h"
#include "models/kernels/kernel_template.h"

namespace hwcvp::kernels {
namespace {

struct Portable {
  static constexpr int kLanes = 8;
  using Element = int16_t;
  static constexpr int kGroupChannels = 2;
  static constexpr int kMaxPixels = 4;
  static constexpr uint8_t kPackedZero = 0;

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
  static Vector broadcast(const uint8_t* unit) {
    int32_t value;
    std::memcpy(&value, unit, sizeof value);
    return fill(value);
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
  static Vector add_start(const Vector& sum, const Vector&) { return sum; }
  static Vector dot_row(const Vector& sum, const Vector& a, const Vector& b) { return dot(sum, a, b); }
  static Vector add_row_start(const Vector& sum, const Vector&) { return sum; }
  template <int WeightBytes>
  static Vector load_row(const uint8_t* from) {
    return load_row_first<WeightBytes>(from, 2 * kLanes);
  }
  template <int WeightBytes>
  static Vector load_row_first(const uint8_t* from, int count) {
    int16_t words[2 * kLanes] = {};
    copy_words(from, WeightBytes, count, words);
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
  static void load_transposed(const int32_t* from, Vector (&columns)[kLanes]) {
    for (int i = 0; i < kLanes; ++i) {
      for (int j = 0; j < kLanes; ++j) columns[j].lane[i] = static_cast<uint32_t>(from[i * kLanes + j]);
    }
  }
  // [kLanes] rows of `count` units, `row_units` apart, to [count][kLanes].
  static void transpose_units(const uint8_t* rows, int64_t row_units, int count, uint8_t* to) {
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < kLanes; ++j, to += 4) std::memcpy(to, rows + (j * row_units + i) * 4, 4);
    }
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

using Words = Kernels<Portable, Portable>;

}  // namespace

const KernelFunctions portable_words = Words::functions;

}  // namespace hwcvp::kernels
