// Multiplication of a tile with vectors over output columns, for tiles with few output channels such as those
// of depthwise convolutions. Works on 16-bit operands, so `Isa` is one for words.
//
// A multiplication takes two neighbouring input words for each 32-bit lane and a pair of weights: two taps of
// one filter row that read neighbouring places of a phase, or one tap and zero. A load at a word gives the
// sums of the even output columns, one a word further those of the odd columns.
//
//   input    [in_channels][lines][phases][phase_width] words; column x is at phase x % phases, place x /
//   phases weights  [out_channels][terms] pairs of words; terms are [in_channels][kernel_height][pairs of the
//   filter row]
#pragma once

#include "models/kernels/accumulator_rows.h"
#include "models/kernels/elements.h"
#include "models/kernels/input_line.h"
#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

template <typename Isa>
struct PixelLanes {
  using Vector = typename Isa::Vector;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kWord = 2;
  static constexpr int kColumns = 2 * kLanes;  // of a pair of vectors, even and odd

  // Two taps of a filter row; second is -1 for none. `place` is where the first reads for output column 0, in
  // words.
  struct Pair {
    int first, second;
    int place;
  };

  static int64_t line_words(const Geometry& g) { return int64_t{g.phases} * g.phase_width; }

  // A multiplication reads whole vectors and one word more, whatever the width of the tile.
  static int64_t packed_input_bytes(const Geometry& g) {
    return (int64_t{g.in_channels} * g.lines * line_words(g) + 2 * kColumns) * kWord;
  }
  static int64_t packed_weight_bytes(const Geometry& g, const WeightRows& /*rows*/) {
    return int64_t{g.out_channels} * g.in_channels * g.taps * 2 * kWord;
  }

  // One line in packing; all pairs and the offsets of all terms in multiplying.
  static int64_t pack_scratch_bytes(const Geometry& g) {
    const int64_t line = int64_t{g.columns} * kWord;
    const int64_t pairs = int64_t{g.kernel_width} * static_cast<int64_t>(sizeof(Pair));
    return line > pairs ? line : pairs;
  }
  static int64_t convolve_scratch_bytes(const Geometry& g) {
    return int64_t{g.kernel_width} * static_cast<int64_t>(sizeof(Pair)) + int64_t{g.in_channels} * g.taps * 4;
  }

  // Pairs up the taps of a filter row; returns their number. Which taps pair depends on the phases and the
  // dilation alone, so that weights serve tiles of every width.
  static int find_pairs(const Geometry& g, Pair* pairs) {
    int count = 0;
    for (int fx = 0; fx < g.kernel_width; ++fx) {
      const int x = fx * g.dilation_x;
      bool paired = false;
      for (int i = 0; i < count && !paired; ++i) {
        if (pairs[i].second >= 0 || pairs[i].first * g.dilation_x + g.phases != x) continue;
        pairs[i].second = fx;
        paired = true;
      }
      if (!paired) pairs[count++] = {fx, -1, x % g.phases * g.phase_width + x / g.phases};
    }
    return count;
  }

  static void pack_input(const Geometry& g, const InputRows& rows, uint8_t* packed, uint8_t* scratch) {
    int16_t* to = reinterpret_cast<int16_t*>(packed);
    int16_t* const columns = reinterpret_cast<int16_t*>(scratch);
    for (int c = 0; c < g.in_channels; ++c) {
      for (int y = 0; y < g.lines; ++y, to += line_words(g)) {
        if (g.phases == 1) {
          copy_line<Isa>(g, rows, c, y, to);
        } else {
          copy_line<Isa>(g, rows, c, y, columns);
          split_phases(g, columns, to);
        }
      }
    }
  }

  static void pack_weights(const Geometry& g, const WeightRows& rows, uint8_t* packed, uint8_t* scratch) {
    Pair* const pairs = reinterpret_cast<Pair*>(scratch);
    const int count = find_pairs(g, pairs);
    int16_t* to = reinterpret_cast<int16_t*>(packed);
    for (int k = 0; k < g.out_channels; ++k) {
      for (int c = 0; c < g.in_channels; ++c) {
        for (int fy = 0; fy < g.kernel_height; ++fy) {
          const uint8_t* const from = rows.data + rows.k_offsets[k] + rows.c_offsets[c];
          const int64_t* const taps = rows.tap_offsets + int64_t{fy} * g.kernel_width;
          for (int i = 0; i < count; ++i) {
            *to++ = element(from + taps[pairs[i].first], rows.element_bytes);
            *to++ =
                pairs[i].second < 0 ? int16_t{0} : element(from + taps[pairs[i].second], rows.element_bytes);
          }
        }
      }
    }
  }

  static int16_t element(const uint8_t* from, int element_bytes) {
    return element_bytes == 1 ? widen(*reinterpret_cast<const int8_t*>(from))
                              : *reinterpret_cast<const int16_t*>(from);
  }

  static void convolve(const Geometry& g, const uint8_t* input, const uint8_t* weights, int /*weight_bytes*/,
                       const AccumulatorRows& rows, uint8_t* scratch) {
    Pair* const pairs = reinterpret_cast<Pair*>(scratch);
    uint32_t* const offsets =
        reinterpret_cast<uint32_t*>(scratch + int64_t{g.kernel_width} * static_cast<int64_t>(sizeof(Pair)));
    const int count = find_pairs(g, pairs);
    int terms = 0;
    for (int c = 0; c < g.in_channels; ++c) {
      for (int fy = 0; fy < g.kernel_height; ++fy) {
        const int64_t line = (int64_t{c} * g.lines + fy * g.dilation_y) * line_words(g);
        for (int i = 0; i < count; ++i) offsets[terms++] = static_cast<uint32_t>(line + pairs[i].place);
      }
    }
    for (int k = 0; k < g.out_channels; ++k, weights += int64_t{terms} * 2 * kWord) {
      for (int oy = 0; oy < g.out_height; ++oy) {
        const uint8_t* line = input + int64_t{oy} * g.stride_y * line_words(g) * kWord;
        for (const Segment& segment : rows.segments) {
          uint8_t* const target =
              rows.data + rows.k_offsets[k] + rows.oy_offsets[oy] + segment.first * rows.element_bytes;
          multiply(line, offsets, weights, terms, segment.count, target, rows, k);
          line += int64_t{segment.count} * kWord;
        }
      }
    }
  }

  // `columns` output columns from `line` on.
  static void multiply(const uint8_t* line, const uint32_t* offsets, const uint8_t* weights, int terms,
                       int columns, uint8_t* target, const AccumulatorRows& rows, int k) {
    const Vector start = Isa::fill(rows.initial == nullptr ? 0 : rows.initial[k]);
    const Put put = rows.initial == nullptr ? Put::add : Put::store;
    for (int x = 0; x < columns; x += kColumns) {
      Vector even = start;
      Vector odd = start;
      const uint8_t* const from = line + int64_t{x} * kWord;
      for (int t = 0; t < terms; ++t) {
        const uint8_t* const words = from + int64_t{offsets[t]} * kWord;
        const Vector pair = Isa::broadcast(weights + int64_t{t} * 2 * kWord);
        even = Isa::dot(even, Isa::load(words), pair);
        odd = Isa::dot(odd, Isa::load(words + kWord), pair);
      }
      Isa::interleave_lanes(even, odd);
      const int count = columns - x < kColumns ? columns - x : kColumns;
      uint8_t* const to = target + int64_t{x} * rows.element_bytes;
      put_sums<Isa>(to, rows.element_bytes, put, even, count < kLanes ? count : kLanes);
      if (count > kLanes)
        put_sums<Isa>(to + kLanes * rows.element_bytes, rows.element_bytes, put, odd, count - kLanes);
    }
  }
};

}  // namespace hwcvp::kernels
