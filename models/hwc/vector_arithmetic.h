// The arithmetic of vector operations, row by row.
#pragma once

#include <cstdint>

#include "models/hwc/layer_configuration.h"

namespace hwcvp::hwc {

// What the rows of a layer share. Single precision as IEEE 754 has it, in the order written, each operation
// rounded, and multiplications fused with an addition in add() alone; rne is rounding to integers with ties
// to even, sat the limits of the outputs, which also take the place of what is not a number.
struct VectorArithmetic {
  explicit VectorArithmetic(const LayerConfiguration& layer);

  // Of two operands a and b: rows of `count` integers.
  void add(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const;
  void subtract(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const;
  void multiply(const int32_t* a, const int32_t* b, int64_t count, int32_t* out) const;

  // Of one tap of a window: elements in[i * stride].
  static void largest(const int32_t* in, int64_t stride, int64_t count, int32_t* maxima);
  void sum(const int32_t* in, int64_t stride, int64_t count, int32_t* sums) const;
  void dequantized_sum(const int32_t* in, int64_t stride, int64_t count, float* sums) const;
  // An average of sums as dequantized_sum() makes them: each divided by its count.
  void average(const float* sums, const float* counts, int64_t count, int32_t* out) const;

  // From accumulators to what leaves: elements of 8 bits.
  void finish(const int32_t* accumulators, int64_t count, unsigned char* out) const;

 private:
  bool is_sum_;
  float s0_, s1_, s2_, fixed_;
  int32_t a_zero_, b_zero_, y_zero_;
  int32_t least_, most_;
};

}  // namespace hwcvp::hwc
