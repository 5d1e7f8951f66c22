// Cases of the vector engine, pseudo-random ones, and what must come out.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "registers/hwc.h"

namespace hwcvp {

// One operation on whole tensors, and the part of the output that is made.
struct VectorCase {
  uint32_t operation = HWC_OPERATION_MAX;
  bool input_unsigned = false, output_unsigned = false, swapped = false, from_weights = false;
  int32_t input_zero = 0, second_zero = 0, output_zero = 0, least = -128, most = 127;
  std::array<float, 3> scale{1, 1, 1};
  float fixed = 0;
  uint32_t window_count = 0;
  int64_t b = 1, g = 1, k = 1, c = 1, height = 1, width = 1;
  std::array<int64_t, 2> filter{1, 1}, stride{1, 1}, dilation{1, 1}, pad{0, 0}, pad_end{0, 0};
  // Of the outputs B, G, K, OY, OX.
  std::array<int64_t, 5> first{}, count{1, 1, 1, 1, 1};
  std::vector<uint8_t> input, weight;  // B, G, C, Y, X; G, K
  std::array<uint8_t, 256> table{};

  bool of_two() const { return operation >= HWC_OPERATION_ADD && operation <= HWC_OPERATION_MULTIPLY; }
  bool pools() const { return operation <= HWC_OPERATION_SUM; }
  int64_t in(size_t axis) const { return axis == 0 ? height : width; }
  int64_t out(size_t axis) const {
    return (in(axis) + pad[axis] + pad_end[axis] - dilation[axis] * (filter[axis] - 1) - 1) / stride[axis] +
           1;
  }
  std::array<int64_t, 5> outputs() const { return {b, g, k, out(0), out(1)}; }
  int64_t output_elements() const { return b * g * k * out(0) * out(1); }
  int64_t output_index(const std::array<int64_t, 5>& at) const {
    return (((at[0] * g + at[1]) * k + at[2]) * out(0) + at[3]) * out(1) + at[4];
  }
  // The element, or none in the padding.
  const uint8_t* element(int64_t at_b, int64_t at_g, int64_t at_c, int64_t y, int64_t x) const {
    if (y < 0 || y >= height || x < 0 || x >= width) return nullptr;
    return &input[static_cast<size_t>((((at_b * g + at_g) * c + at_c) * height + y) * width + x)];
  }
};

// The bits of a number in single precision.
uint32_t bits_of(float value);

// A small case of an operation (HWC_OPERATION_*), of which some part of the outputs is to be made.
VectorCase random_vector_case(uint32_t operation, std::mt19937_64& random);

// The outputs as the definition of the operation gives them, one at a time, B, G, K, OY, OX; those that are
// not to be made are 0xa5.
std::vector<uint8_t> vector_outputs(const VectorCase& vector_case);

}  // namespace hwcvp
