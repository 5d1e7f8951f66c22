// The kernels in plain C++: for machines without the vectors that the others need, and the yardstick for them
// in tests.
#include "models/kernels/kernel_template.h"

namespace hwcvp::kernels {
namespace {

struct Portable {
  static constexpr int kLanes = 8;
  static constexpr int kGroupChannels = 2;
  static constexpr int kMaxPixels = 4;
  static constexpr uint8_t kPackedZero = 0;

  struct Vector {
    uint32_t lane[kLanes];
  };

  static Vector load(const void* from) {
    Vector v;
    const uint32_t* const units = static_cast<const uint32_t*>(from);
    for (int i = 0; i < kLanes; ++i) v.lane[i] = units[i];
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
  static Vector broadcast(const uint8_t* unit) { return fill(*reinterpret_cast<const int32_t*>(unit)); }
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

  static void load_transposed(const int32_t* from, Vector (&columns)[kLanes]) {
    for (int i = 0; i < kLanes; ++i) {
      for (int j = 0; j < kLanes; ++j) columns[j].lane[i] = static_cast<uint32_t>(from[i * kLanes + j]);
    }
  }
  static void transpose_units(const int32_t* rows, int64_t row_units, int count, uint8_t* to) {
    int32_t* const units = reinterpret_cast<int32_t*>(to);
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < kLanes; ++j) units[i * kLanes + j] = rows[j * row_units + i];
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
  static void copy_weights(const uint8_t* from, int element_bytes, int count, uint8_t* to) {
    widen_words(from, element_bytes, count, to);
  }
};

using Words = Kernels<Portable>;

}  // namespace

const KernelFunctions portable_words = Words::functions;

}  // namespace hwcvp::kernels
