// A tile of one output pixel: a matrix by a vector. Rows of weights are read once, so they are not packed but
// multiplied where they lie, if the elements of a row are contiguous. With fewer operations than bytes, that
// decides.
#pragma once

#include "models/kernels/accumulator_rows.h"
#include "models/kernels/input_line.h"
#include "models/kernels/kernel_operands.h"
#include "models/kernels/unroll.h"

namespace hwcvp::kernels {

template <typename Isa>
struct SinglePixel {
  using Vector = typename Isa::Vector;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kInputBytes = 4 / Isa::kGroupChannels;  // of an element
  static constexpr int kVectorElements = kLanes * Isa::kGroupChannels;
  static constexpr int kVectorBytes = kLanes * 4;
  // Rows under way at a time: enough to hide latency, and not more than the first cache has ways, as rows are
  // often a multiple of 4096 bytes apart.
  static constexpr int kRows = 8;
  using Element = typename Isa::Element;

  static int64_t elements(const Geometry& g) { return int64_t{g.in_channels} * g.taps; }
  static int64_t padded(const Geometry& g) {
    return (elements(g) + kVectorElements - 1) / kVectorElements * kVectorElements;
  }

  // Input: elements in the order of a weight row, zeros up to a whole vector, then one vector of which lane 0
  // is where each sum starts.
  static int64_t packed_input_bytes(const Geometry& g) { return padded(g) * kInputBytes + kVectorBytes; }

  static void pack_input(const Geometry& g, const InputRows& rows, uint8_t* packed, uint8_t* scratch) {
    Element* const to = reinterpret_cast<Element*>(packed);
    copy_input(g, rows, to, reinterpret_cast<Element*>(scratch));
    for (int64_t i = elements(g); i < padded(g); ++i) to[i] = 0;
    Vector start = Isa::fill(0);
    for (int64_t i = 0; i < padded(g) * kInputBytes; i += kVectorBytes) {
      start = Isa::add_row_start(start, Isa::load(packed + i));
    }
    alignas(64) int32_t lanes[kLanes];
    Isa::store(lanes, start);
    uint32_t total = 0;
    for (int i = 0; i < kLanes; ++i) total += static_cast<uint32_t>(lanes[i]);
    Isa::store(reinterpret_cast<int32_t*>(packed + padded(g) * kInputBytes),
               Isa::fill(static_cast<int32_t>(total)));
  }

  static int64_t pack_scratch_bytes(const Geometry& g) { return int64_t{g.columns} * kInputBytes; }

  static void copy_input(const Geometry& g, const InputRows& rows, Element* to, Element* columns) {
    const int64_t last = rows.c_offsets[g.in_channels - 1] - rows.c_offsets[0];
    if (g.taps == 1 && rows.end_y - rows.first_y == 1 && rows.segments[0].count == 1 &&
        last == (g.in_channels - 1) * rows.element_bytes) {
      const uint8_t* const from =
          rows.data + rows.c_offsets[0] + rows.y_offsets[0] + rows.segments[0].first * rows.element_bytes;
      Isa::copy_input(g, from, rows.element_bytes, g.in_channels, to);
      return;
    }
    for (int c = 0; c < g.in_channels; ++c) {
      for (int fy = 0; fy < g.kernel_height; ++fy, to += g.kernel_width) {
        if (g.dilation_x == 1) {
          copy_line<Isa>(g, rows, c, fy * g.dilation_y, to);
        } else {
          copy_line<Isa>(g, rows, c, fy * g.dilation_y, columns);
          for (int fx = 0; fx < g.kernel_width; ++fx) to[fx] = columns[fx * g.dilation_x];
        }
      }
    }
  }

  // Weights: pointers to the rows, then the rows that had to be copied.
  static int64_t pointer_bytes(const Geometry& g) {
    return (static_cast<int64_t>(sizeof(uint8_t*)) * g.out_channels + 63) / 64 * 64;
  }
  static int64_t packed_weight_bytes(const Geometry& g, const WeightRows& rows) {
    return pointer_bytes(g) + (rows.row_contiguous ? 0 : g.out_channels * elements(g) * rows.element_bytes);
  }

  static void pack_weights(const Geometry& g, const WeightRows& rows, uint8_t* packed, uint8_t*) {
    const uint8_t** const pointers = reinterpret_cast<const uint8_t**>(packed);
    uint8_t* copy = packed + pointer_bytes(g);
    for (int k = 0; k < g.out_channels; ++k) {
      const uint8_t* const row = rows.data + rows.k_offsets[k];
      if (rows.row_contiguous) {
        pointers[k] = row + rows.c_offsets[0] + rows.tap_offsets[0];
        continue;
      }
      pointers[k] = copy;
      for (int c = 0; c < g.in_channels; ++c) {
        for (int t = 0; t < g.taps; ++t) {
          const uint8_t* const from = row + rows.c_offsets[c] + rows.tap_offsets[t];
          for (int b = 0; b < rows.element_bytes; ++b) *copy++ = from[b];
        }
      }
    }
  }

  static int64_t convolve_scratch_bytes(const Geometry& /*g*/) { return 0; }

  static void convolve(const Geometry& g, const uint8_t* input, const uint8_t* weights, int weight_bytes,
                       const AccumulatorRows& rows, uint8_t* /*scratch*/) {
    const uint8_t* const* const pointers = reinterpret_cast<const uint8_t* const*>(weights);
    const uint8_t* row[kLanes];
    for (int k = 0; k < g.out_channels; k += kLanes) {
      const int channels = g.out_channels - k < kLanes ? g.out_channels - k : kLanes;
      for (int i = 0; i < kLanes; ++i) row[i] = pointers[i < channels ? k + i : k];
      alignas(64) int32_t sums[kLanes];
      if (kInputBytes == 1 || weight_bytes == 1) {
        Isa::store(sums, multiply<1>(elements(g), input, row));
      } else {
        Isa::store(sums, multiply<kInputBytes>(elements(g), input, row));
      }
      for (int i = 0; i < channels; ++i) put_sum(rows, k + i, static_cast<uint32_t>(sums[i]));
    }
  }

  // The products of kLanes rows with the input, one in each lane.
  template <int WeightBytes>
  static Vector multiply(int64_t count, const uint8_t* input, const uint8_t* const (&row)[kLanes]) {
    Vector sum[kLanes];
    for (int i = 0; i < kLanes; i += kRows) multiply_rows<WeightBytes>(count, input, row + i, sum + i);
    Isa::transpose(sum);
    Vector total = Isa::load(input + (count + kVectorElements - 1) / kVectorElements * kVectorBytes);
    HWCVP_UNROLL
    for (int i = 0; i < kLanes; ++i) total = Isa::add(total, sum[i]);
    return total;
  }

  template <int WeightBytes>
  static void multiply_rows(int64_t count, const uint8_t* input, const uint8_t* const* row, Vector* sums) {
    Vector sum[kRows];
    HWCVP_UNROLL
    for (int i = 0; i < kRows; ++i) sum[i] = Isa::fill(0);
    int64_t at = 0;
    for (; at + kVectorElements <= count; at += kVectorElements) {
      const Vector x = Isa::load(input + at * kInputBytes);
      HWCVP_UNROLL
      for (int i = 0; i < kRows; ++i) {
        sum[i] = Isa::dot_row(sum[i], x, Isa::template load_row<WeightBytes>(row[i] + at * WeightBytes));
      }
    }
    if (at < count) {
      const Vector x = Isa::load(input + at * kInputBytes);
      const int rest = static_cast<int>(count - at);
      HWCVP_UNROLL
      for (int i = 0; i < kRows; ++i) {
        sum[i] = Isa::dot_row(sum[i], x,
                              Isa::template load_row_first<WeightBytes>(row[i] + at * WeightBytes, rest));
      }
    }
    HWCVP_UNROLL
    for (int i = 0; i < kRows; ++i) sums[i] = sum[i];
  }

  static void put_sum(const AccumulatorRows& rows, int k, uint32_t sum) {
    uint8_t* const target =
        rows.data + rows.k_offsets[k] + rows.oy_offsets[0] + rows.segments[0].first * rows.element_bytes;
    if (rows.initial != nullptr) sum += static_cast<uint32_t>(rows.initial[k]);
    if (rows.element_bytes == 4) {
      uint32_t* const to = reinterpret_cast<uint32_t*>(target);
      *to = sum + (rows.initial == nullptr ? *to : 0u);
    } else {
      uint16_t* const to = reinterpret_cast<uint16_t*>(target);
      *to = static_cast<uint16_t>(sum + (rows.initial == nullptr ? *to : 0u));
    }
  }
};

}  // namespace hwcvp::kernels
