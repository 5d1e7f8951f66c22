// Multiplication of a tile with vectors over output channels. Instantiated once for each instruction set;
// `Isa` is its vector type with the operations that it needs, in an unnamed namespace so that no instance is
// shared between files.
#pragma once

#include <utility>

#include "models/kernels/accumulator_rows.h"
#include "models/kernels/kernel_operands.h"
#include "models/kernels/pack_operands.h"
#include "models/kernels/unroll.h"

namespace hwcvp::kernels {

template <typename Isa>
struct ChannelLanes : PackOperands<Isa> {
  using PackOperands<Isa>::vectors;
  using Vector = typename Isa::Vector;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kUnit = 4;
  static constexpr int kVectorBytes = kLanes * kUnit;
  static constexpr int kMaxRows = 4;
  // About as many pixels are summed before they leave for the accumulators: the sums stay in the first cache.
  static constexpr int kStripPixels = 112;

  // One block of Rows x Pixels output pixels times Vectors * kLanes output channels.
  struct Block {
    const uint8_t* input;         // unit of the first pixel and first tap
    int64_t input_row_bytes;      // from one output row to the next
    const uint32_t* tap_offsets;  // [taps of all channel groups], units from `input`
    int tap_count;
    const uint8_t* weights;       // of the first vector of output channels
    int64_t weight_vector_bytes;  // from one vector of output channels to the next
    const int32_t* start;         // [Vectors][kLanes]
    int32_t* sums;                // [Vectors][strip][kLanes]
    int64_t sum_row;              // int32 from one output row to the next
    int64_t sum_vector;           // int32 from one vector of output channels to the next
  };

  template <int Vectors, int Rows, int Pixels>
  static void multiply(const Block& block) {
    Vector sum[Vectors][Rows * Pixels];
    HWCVP_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      const Vector start = Isa::load(block.start + v * kLanes);
      HWCVP_UNROLL
      for (int p = 0; p < Rows * Pixels; ++p) sum[v][p] = start;
    }
    const uint8_t* weights = block.weights;
    for (int t = 0; t < block.tap_count; ++t, weights += kVectorBytes) {
      const uint8_t* input = block.input + int64_t{block.tap_offsets[t]} * kUnit;
      Vector weight[Vectors];
      HWCVP_UNROLL
      for (int v = 0; v < Vectors; ++v) weight[v] = Isa::load(weights + v * block.weight_vector_bytes);
      HWCVP_UNROLL
      for (int p = 0; p < Rows * Pixels; ++p) {
        const Vector x = Isa::broadcast(input + (p / Pixels) * block.input_row_bytes + (p % Pixels) * kUnit);
        HWCVP_UNROLL
        for (int v = 0; v < Vectors; ++v) sum[v][p] = Isa::dot(sum[v][p], x, weight[v]);
      }
    }
    HWCVP_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      HWCVP_UNROLL
      for (int p = 0; p < Rows * Pixels; ++p) {
        Isa::store(block.sums + v * block.sum_vector + (p / Pixels) * block.sum_row + (p % Pixels) * kLanes,
                   sum[v][p]);
      }
    }
  }

  // The instances of `multiply` for 1, 2, ... pixels.
  using Multiply = void (*)(const Block&);
  template <int Vectors, int Rows, int... Indices>
  static Multiply instance(int pixels, std::integer_sequence<int, Indices...>) {
    static constexpr Multiply kInstances[] = {multiply<Vectors, Rows, Indices + 1>...};
    return kInstances[pixels - 1];
  }
  template <int Vectors, int Rows>
  static Multiply instance(int pixels) {
    return instance<Vectors, Rows>(pixels, std::make_integer_sequence<int, Isa::kMaxPixels / Rows>());
  }
  template <int Vectors>
  static Multiply instance(int rows, int pixels) {
    return rows == 4   ? instance<Vectors, 4>(pixels)
           : rows == 2 ? instance<Vectors, 2>(pixels)
                       : instance<Vectors, 1>(pixels);
  }

  // Output rows that one block takes together, so that narrow tiles have enough sums under way.
  static int rows_together(int columns) {
    int rows = kMaxRows;
    while (rows > 1 && columns * rows > Isa::kMaxPixels) rows /= 2;
    return rows;
  }

  // Rows [first, end) of the output for Vectors vectors of output channels.
  template <int Vectors>
  static void multiply_strip(const Geometry& g, Block block, int first, int end) {
    const int64_t line_bytes = int64_t{g.phases} * g.phase_width * kUnit;
    block.input_row_bytes = g.stride_y * line_bytes;
    block.sum_row = int64_t{g.out_width} * kLanes;
    block.sum_vector = block.sum_row * (end - first);
    const int blocks = (g.out_width + Isa::kMaxPixels - 1) / Isa::kMaxPixels;
    const int together = rows_together(g.out_width);
    const uint8_t* input = block.input;
    int32_t* sums = block.sums;
    for (int oy = first; oy < end;) {
      int rows = together;
      while (rows > end - oy) rows /= 2;
      for (int b = 0; b < blocks; ++b) {
        // Blocks of nearly equal width: a narrow last one would wait for its sums.
        const int x = static_cast<int>(int64_t{g.out_width} * b / blocks);
        const int x_end = static_cast<int>(int64_t{g.out_width} * (b + 1) / blocks);
        block.input = input + oy * block.input_row_bytes + int64_t{x} * kUnit;
        block.sums = sums + (oy - first) * block.sum_row + int64_t{x} * kLanes;
        instance<Vectors>(rows, x_end - x)(block);
      }
      oy += rows;
    }
  }

  static int64_t weight_vector_bytes(const Geometry& g) {
    return int64_t{g.channel_groups} * g.taps * kVectorBytes;
  }

  // Rows of the output that are summed before they leave for the accumulators.
  static int strip_rows(const Geometry& g) {
    const int64_t strips = (int64_t{g.out_height} * g.out_width + kStripPixels - 1) / kStripPixels;
    if (strips >= g.out_height) return 1;
    const int rows = static_cast<int>((g.out_height + strips - 1) / strips);
    const int together = rows_together(g.out_width);
    return (rows + together - 1) / together * together;
  }

  static void fill_tap_offsets(const Geometry& g, uint32_t* offsets) {
    const int64_t line = int64_t{g.phases} * g.phase_width;
    for (int c = 0; c < g.channel_groups; ++c) {
      for (int fy = 0; fy < g.kernel_height; ++fy) {
        for (int fx = 0; fx < g.kernel_width; ++fx) {
          const int x = fx * g.dilation_x;
          const int64_t units = (int64_t{c} * g.lines + fy * g.dilation_y) * line +
                                int64_t{x % g.phases} * g.phase_width + x / g.phases;
          *offsets++ = static_cast<uint32_t>(units);
        }
      }
    }
  }

  static int64_t offsets_bytes(const Geometry& g) {
    return (int64_t{g.channel_groups} * g.taps * 4 + 63) / 64 * 64;
  }

  // Offsets of all taps, then the sums of two vectors of output channels over a strip, with room to read a
  // vector's worth of pixels past the end.
  static int64_t convolve_scratch_bytes(const Geometry& g) {
    const int64_t strip = int64_t{strip_rows(g)} * g.out_width;
    return offsets_bytes(g) + (2 * (strip > kStripPixels ? strip : kStripPixels) + kLanes) * kVectorBytes;
  }

  static void convolve(const Geometry& g, const uint8_t* input, const uint8_t* weights, int /*weight_bytes*/,
                       const AccumulatorRows& rows, uint8_t* scratch) {
    Block block{};
    uint32_t* const offsets = reinterpret_cast<uint32_t*>(scratch);
    fill_tap_offsets(g, offsets);
    block.tap_offsets = offsets;
    block.tap_count = g.channel_groups * g.taps;
    block.sums = reinterpret_cast<int32_t*>(scratch + offsets_bytes(g));
    if (g.taps > 1 || g.phases > 1 || g.stride_y > 1 || !rows.rows_contiguous) {
      block.input = input;
      return multiply_tile(g, block, weights, rows);
    }
    // Pixels follow one another across rows, in the input and in the accumulators: any width will do.
    Geometry part = g;
    part.out_height = 1;
    AccumulatorRows part_rows = rows;
    const int64_t pixels = int64_t{g.out_height} * g.out_width;
    const int64_t parts = (pixels + kStripPixels - 1) / kStripPixels;
    for (int64_t i = 0; i < parts; ++i) {
      const int64_t first = pixels * i / parts;
      part.out_width = static_cast<int>(pixels * (i + 1) / parts - first);
      part_rows.data = rows.data + first * rows.element_bytes;
      block.input = input + first * kUnit;
      multiply_tile(part, block, weights, part_rows);
    }
  }

  static void multiply_tile(const Geometry& g, Block block, const uint8_t* weights,
                            const AccumulatorRows& rows) {
    block.weight_vector_bytes = weight_vector_bytes(g);
    const int64_t count = vectors(g);
    const int32_t* const start =
        reinterpret_cast<const int32_t*>(weights + count * block.weight_vector_bytes);
    const int step = strip_rows(g);
    for (int64_t v = 0; v < count;) {
      const int together = count - v >= 2 ? 2 : 1;
      block.weights = weights + v * block.weight_vector_bytes;
      block.start = start + v * kLanes;
      for (int oy = 0; oy < g.out_height; oy += step) {
        const int end = oy + step < g.out_height ? oy + step : g.out_height;
        if (together == 2) {
          multiply_strip<2>(g, block, oy, end);
        } else {
          multiply_strip<1>(g, block, oy, end);
        }
        for (int i = 0; i < together; ++i) {
          const int k = static_cast<int>(v + i) * kLanes;
          const int channels = g.out_channels - k < kLanes ? g.out_channels - k : kLanes;
          add_strip<Isa>(g, block.sums + int64_t{i} * (end - oy) * g.out_width * kLanes, k, channels, oy, end,
                         rows);
        }
      }
      v += together;
    }
  }
};

}  // namespace hwcvp::kernels
