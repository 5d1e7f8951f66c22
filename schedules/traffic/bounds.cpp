#include "schedules/traffic/bounds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "schedules/geometry/input_axis.h"
#include "schedules/math/division.h"

namespace hwcvp {

namespace {

// The two published forms for tensor traffic in bytes, for `memory` bytes on chip.
//
// After Chen, Demmel, Dinh, Haberle, Holtz, "Communication bounds for convolutional neural networks",
// arXiv:2204.08279. With element sizes p_I, p_F, p_O and G multiply-accumulates, reads are at least
//   C * G / M - M,  C = p_j (p_k + p_l) where one size p_j exceeds the sum of the others, else (p_I + p_F +
//   p_O)^2 / 4, 2 * sqrt(p_I p_F p_O) * G / sqrt(q * M) - 2 * M,  q the product over both axes of kernel /
//   stride.
// Both come from cutting a run into stretches that read M or 2M bytes: what a stretch can use, at most 2M or
// 3M bytes of the three tensors together, limits its multiply-accumulates.
//
// The forms hold here under these readings, each of which only lowers them:
// - G leaves out products with padding, for which no element is fetched.
// - q rounds kernel / stride up, and with dilation d the stride s becomes s / gcd(s, d): q counts classes of
// taps within
//   which an input line determines the output line.
// - p_O is the size of an accumulator, as it is held on chip. The derivation reads each output before its
// first sum; here
//   it starts on chip for nothing, and leaves as output_type. What that saves, outputs * (p_O - output size),
//   comes off.
// Groups and batches need no condition.
int64_t pebble_bound(const Layer& layer, int64_t memory) {
  const InputAxis rows(layer, 0);
  const InputAxis columns(layer, 1);
  const auto classes = [](const InputAxis& axis) {
    const int64_t apart = axis.stride / std::gcd(axis.stride, axis.dilation);
    return static_cast<long double>(ceil_div(axis.taps, apart));
  };
  const auto p_input = static_cast<long double>(bytes(layer.input_type));
  const auto p_weight = static_cast<long double>(bytes(layer.weight_type));
  const auto p_output = static_cast<long double>(bytes(layer.accumulator_type));
  const int64_t products = layer.batch * layer.out_channels * layer.extent(Dim::C);  // of a meeting
  const auto macs = static_cast<long double>(products) * static_cast<long double>(rows.meetings()) *
                    static_cast<long double>(columns.meetings());
  const auto m = static_cast<long double>(memory);

  const long double sum = p_input + p_weight + p_output;
  const long double largest = std::max({p_input, p_weight, p_output});
  const long double c = largest > sum - largest ? largest * (sum - largest) : sum * sum / 4;
  const long double pairwise = c * macs / m - m;
  const long double q = classes(rows) * classes(columns);
  const long double matrix = 2 * std::sqrt(p_input * p_weight * p_output) * macs / std::sqrt(q * m) - 2 * m;

  const int64_t saved = layer.output_elements() * (bytes(layer.accumulator_type) - bytes(layer.output_type));
  const long double reads = std::max({pairwise, matrix, 0.0L});
  return std::max<int64_t>(0, static_cast<int64_t>(std::floor(reads)) - saved);
}

}  // namespace

int64_t compulsory_bytes(const Layer& layer) {
  const int64_t input = layer.batch * layer.in_channels * InputAxis(layer, 0).touched_lines() *
                        InputAxis(layer, 1).touched_lines();
  return input * bytes(layer.input_type) + layer.weight_elements() * bytes(layer.weight_type) +
         layer.output_elements() * bytes(layer.output_type) + layer.params_bytes();
}

int64_t published_bound_bytes(const Layer& layer, int64_t buffer_bytes) {
  const int64_t pebbles = buffer_bytes > 0 ? pebble_bound(layer, buffer_bytes) : 0;
  return std::max(compulsory_bytes(layer), pebbles + layer.params_bytes());
}

}  // namespace hwcvp
