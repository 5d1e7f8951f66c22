// What the vectors of all instruction sets make alike from their own operations. Each file that includes this
// has its own copy.
#pragma once

#include <cstdint>
#include <cstring>

#include "models/kernels/kernel_operands.h"
#include "models/kernels/unroll.h"

namespace hwcvp::kernels {
namespace {

// Transposes the four by four lanes at each place of four vectors: of vectors i..i+3, lanes 4 * l..4 * l + 3
// of vector i + j become what lane 4 * l + j of the four was.
template <typename Isa>
inline void transpose_fours(typename Isa::Vector (&v)[Isa::kLanes]) {
  typename Isa::Vector t[Isa::kLanes];
  HWCVP_UNROLL
  for (int i = 0; i < Isa::kLanes; i += 2) {
    t[i] = Isa::low_lanes(v[i], v[i + 1]);
    t[i + 1] = Isa::high_lanes(v[i], v[i + 1]);
  }
  HWCVP_UNROLL
  for (int i = 0; i < Isa::kLanes; i += 4) {
    v[i] = Isa::low_pairs(t[i], t[i + 2]);
    v[i + 1] = Isa::high_pairs(t[i], t[i + 2]);
    v[i + 2] = Isa::low_pairs(t[i + 1], t[i + 3]);
    v[i + 3] = Isa::high_pairs(t[i + 1], t[i + 3]);
  }
}

// What follows from loading, storing, filling and transposing vectors.
template <typename Vectors>
struct Operations : Vectors {
  using Vector = typename Vectors::Vector;
  using Vectors::kLanes;

  // A unit in every lane.
  static Vector broadcast(const uint8_t* unit) {
    int32_t value;
    std::memcpy(&value, unit, sizeof value);
    return Vectors::fill(value);
  }

  static void load_transposed(const int32_t* from, Vector (&columns)[kLanes]) {
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) columns[i] = Vectors::load(from + i * kLanes);
    Vectors::transpose(columns);
  }

  // [kLanes] rows of `count` units, `row_units` apart, to [count][kLanes]. Whole vectors of the rows are
  // read.
  static void transpose_units(const uint8_t* rows, int64_t row_units, int count, uint8_t* to) {
    int32_t* const units = reinterpret_cast<int32_t*>(to);
    for (int i = 0; i < count; i += kLanes) {
      Vector v[kLanes];
      HWCVP_UNROLL
      for (int j = 0; j < kLanes; ++j) v[j] = Vectors::load(rows + (j * row_units + i) * 4);
      Vectors::transpose(v);
      for (int j = 0; j < kLanes && i + j < count; ++j) Vectors::store(units + (i + j) * kLanes, v[j]);
    }
  }
};

// 16-bit operands in pairs. `Vectors` multiplies them by dot(), and copies and interleaves words.
template <typename Vectors>
struct WordOperations : Operations<Vectors> {
  using Vector = typename Vectors::Vector;
  using Element = int16_t;
  static constexpr int kGroupChannels = 2;

  // Words have room for an input less its zero, so padding is 0 and sums start there.
  static uint8_t packed_padding(const Geometry& /*g*/) { return 0; }
  static Vector add_start(const Geometry& /*g*/, const Vector& sum, const Vector& /*weights*/) { return sum; }
  static Vector add_row_start(const Vector& sum, const Vector& /*input*/) { return sum; }
  static Vector dot_row(const Vector& sum, const Vector& input, const Vector& weights) {
    return Vectors::dot(sum, input, weights);
  }

  static void interleave_input(const Geometry& g, const uint8_t* const (&rows)[2], int element_bytes,
                               int count, uint8_t* units) {
    Vectors::interleave_words(rows, element_bytes, g.input_code, count, units);
  }
  static void interleave_weights(const uint8_t* const (&rows)[2], int element_bytes, int count,
                                 uint8_t* units) {
    Vectors::interleave_words(rows, element_bytes, {}, count, units);
  }
  static void copy_input(const Geometry& g, const uint8_t* from, int element_bytes, int count, int16_t* to) {
    Vectors::copy_words(from, element_bytes, g.input_code, count, to);
  }
  static void copy(const uint8_t* from, int element_bytes, int count, int16_t* to) {
    Vectors::copy_words(from, element_bytes, {}, count, to);
  }
};

}  // namespace
}  // namespace hwcvp::kernels
