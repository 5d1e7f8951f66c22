#include "schedules/traffic/bounds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "schedules/math/division.h"
#include "schedules/math/lattice_sums.h"

namespace hwcvp {

namespace {

// One axis of the convolution: output line u and filter line v meet on input line u * stride + v * dilation -
// pad.
struct Axis {
  int64_t outputs;
  int64_t taps;
  int64_t stride;
  int64_t dilation;
  int64_t pad;
  int64_t lines;  // of input that exist
};

Axis axis_of(const Layer& layer, size_t axis) {
  return {axis == 0 ? layer.out_height() : layer.out_width(),
          layer.kernel_shape[axis],
          layer.strides[axis],
          layer.dilations[axis],
          layer.pads[axis],
          axis == 0 ? layer.in_height : layer.in_width};
}

// Pairs (u, v) from (first_u, first_v) on that meet on an existing line.
int64_t meetings(const Axis& axis, int64_t first_u, int64_t first_v, int64_t count_u, int64_t count_v) {
  const int64_t base = first_u * axis.stride + first_v * axis.dilation - axis.pad;
  const auto from = [&](int64_t line) {
    return grid_ramp_sum(base - line + 1, axis.stride, count_u, axis.dilation, count_v) -
           grid_ramp_sum(base - line, axis.stride, count_u, axis.dilation, count_v);
  };
  return static_cast<int64_t>(from(0) - from(axis.lines));
}

int64_t meetings(const Axis& axis) { return meetings(axis, 0, 0, axis.outputs, axis.taps); }

// Existing lines that some pair meets on. Pairs that meet on one line form a chain with steps of (du, -dv),
// so that lines are pairs less those that have a predecessor in their chain.
int64_t touched_lines(const Axis& axis) {
  const int64_t common = std::gcd(axis.stride, axis.dilation);
  const int64_t du = axis.dilation / common;
  const int64_t dv = axis.stride / common;
  return meetings(axis) - meetings(axis, du, 0, axis.outputs - du, axis.taps - dv);
}

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
  const Axis rows = axis_of(layer, 0);
  const Axis columns = axis_of(layer, 1);
  const auto classes = [](const Axis& axis) {
    return static_cast<long double>(ceil_div(axis.taps, axis.stride / std::gcd(axis.stride, axis.dilation)));
  };
  const auto p_input = static_cast<long double>(bytes(layer.input_type));
  const auto p_weight = static_cast<long double>(bytes(layer.weight_type));
  const auto p_output = static_cast<long double>(bytes(layer.accumulator_type));
  const auto macs =
      static_cast<long double>(layer.batch * layer.out_channels * (layer.in_channels / layer.group)) *
      static_cast<long double>(meetings(rows)) * static_cast<long double>(meetings(columns));
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
  const int64_t input =
      layer.batch * layer.in_channels * touched_lines(axis_of(layer, 0)) * touched_lines(axis_of(layer, 1));
  return input * bytes(layer.input_type) + layer.weight_elements() * bytes(layer.weight_type) +
         layer.output_elements() * bytes(layer.output_type) + layer.params_bytes();
}

int64_t published_bound_bytes(const Layer& layer, int64_t buffer_bytes) {
  const int64_t pebbles = buffer_bytes > 0 ? pebble_bound(layer, buffer_bytes) : 0;
  return std::max(compulsory_bytes(layer), pebbles + layer.params_bytes());
}

}  // namespace hwcvp
