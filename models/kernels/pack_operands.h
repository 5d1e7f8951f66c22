// Packing for ChannelLanes; see Geometry for the layouts.
#pragma once

#include "models/kernels/input_line.h"
#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

template <typename Isa>
struct PackOperands {
  static constexpr int kLanes = Isa::kLanes;
  static constexpr int kGroup = Isa::kGroupChannels;
  static constexpr int kUnit = 4;
  // Interleaving may write as many units past its end. Everything is written in ascending order, so what
  // comes next mends it.
  static constexpr int kPast = kLanes;

  struct Unit {
    uint8_t bytes[kUnit];
  };

  // The channels of a group, `kGroup` pointers; those past the last channel repeat it, their weights are
  // zero.
  struct Group {
    const uint8_t* rows[kGroup];
  };

  static int64_t packed_input_bytes(const Geometry& g) {
    return (int64_t{g.channel_groups} * g.lines * g.phases * g.phase_width + kPast) * kUnit;
  }

  static void pack_input(const Geometry& g, const InputRows& rows, uint8_t* packed, uint8_t* scratch) {
    if (g.lines > 1 && lines_contiguous(g, rows)) {
      Geometry folded = g;
      folded.lines = 1;
      folded.columns = folded.phase_width = g.lines * g.columns;
      InputRows line = rows;
      line.end_y = 1;
      line.segments[0].count = folded.columns;
      return pack_input(folded, line, packed, scratch);
    }
    const int64_t line_bytes = int64_t{g.phases} * g.phase_width * kUnit;
    for (int c = 0; c < g.channel_groups; ++c) {
      for (int y = 0; y < g.lines; ++y, packed += line_bytes) {
        if (g.phases == 1) {
          input_line(g, rows, c, y, packed);
        } else {
          input_line(g, rows, c, y, scratch);
          split_phases(g, reinterpret_cast<const Unit*>(scratch), reinterpret_cast<Unit*>(packed));
        }
      }
    }
  }

  // No padding, and each line follows the one before it, in the view as in the layout.
  static bool lines_contiguous(const Geometry& g, const InputRows& rows) {
    return g.phases == 1 && rows.first_y == 0 && rows.end_y == g.lines &&
           rows.segments[0].count == g.columns &&
           rows.y_offsets[g.lines - 1] - rows.y_offsets[0] ==
               int64_t{g.lines - 1} * g.columns * rows.element_bytes;
  }

  // One line of one channel group, columns in order.
  static void input_line(const Geometry& g, const InputRows& rows, int c, int y, uint8_t* units) {
    int x = 0;
    if (y >= rows.first_y && y < rows.end_y) {
      padding(g, units, rows.left_padding);
      x = rows.left_padding;
      for (const Segment& segment : rows.segments) {
        if (segment.count == 0) continue;
        Group group;
        for (int i = 0; i < kGroup; ++i) {
          const int channel = c * kGroup + i < g.in_channels ? c * kGroup + i : g.in_channels - 1;
          group.rows[i] =
              rows.data + rows.c_offsets[channel] + rows.y_offsets[y] + segment.first * rows.element_bytes;
        }
        Isa::interleave_input(g, group.rows, rows.element_bytes, segment.count, units + int64_t{x} * kUnit);
        x += segment.count;
      }
    }
    padding(g, units + int64_t{x} * kUnit, g.columns - x);
  }

  static void padding(const Geometry& g, uint8_t* units, int count) {
    const uint8_t value = Isa::packed_padding(g);
    for (int i = 0; i < count * kUnit; ++i) units[i] = value;
  }

  static int64_t vectors(const Geometry& g) { return (g.out_channels + kLanes - 1) / kLanes; }

  static int64_t packed_weight_bytes(const Geometry& g, const WeightRows& /*rows*/) {
    return vectors(g) * (int64_t{g.channel_groups} * g.taps + 1) * kLanes * kUnit;
  }

  // Units of one output channel that are interleaved before they are transposed: whole channel groups.
  static int groups_together(const Geometry& g) {
    const int groups = 64 / g.taps;
    return groups < 1 ? 1 : groups < g.channel_groups ? groups : g.channel_groups;
  }
  static int64_t row_units(const Geometry& g) {
    const int64_t units = int64_t{groups_together(g)} * g.taps;
    return (units + kLanes - 1) / kLanes * kLanes;
  }
  // A row of zeros for the channels that the last group lacks, then one gathered row for each channel of a
  // group.
  static int64_t staging_bytes(const Geometry& g) {
    return (int64_t{g.taps} * (kGroup + 1) * 2 + 63) / 64 * 64;
  }

  static int64_t pack_scratch_bytes(const Geometry& g) {
    const int64_t line = (int64_t{g.columns} + kPast) * kUnit;
    const int64_t weights = staging_bytes(g) + (row_units(g) * kLanes + kPast) * kUnit;
    return line > weights ? line : weights;
  }

  static void pack_weights(const Geometry& g, const WeightRows& rows, uint8_t* packed, uint8_t* scratch) {
    uint8_t* const staging = scratch;
    for (int i = 0; i < g.taps * rows.element_bytes; ++i) staging[i] = 0;
    uint8_t* const units = scratch + staging_bytes(g);
    const int64_t count = row_units(g);
    const int together = groups_together(g);
    int32_t* const start =
        reinterpret_cast<int32_t*>(packed + packed_weight_bytes(g, rows) - vectors(g) * kLanes * kUnit);
    for (int64_t v = 0; v < vectors(g); ++v) {
      typename Isa::Vector sum = Isa::fill(0);
      for (int c = 0; c < g.channel_groups; c += together) {
        const int c_end = c + together < g.channel_groups ? c + together : g.channel_groups;
        for (int lane = 0; lane < kLanes; ++lane) {
          const int k = static_cast<int>(v) * kLanes + lane;
          uint8_t* const row = units + lane * count * kUnit;
          if (k < g.out_channels) {
            weight_row(g, rows, k, c, c_end, row, staging);
          } else {
            for (int64_t i = 0; i < count * kUnit; ++i) row[i] = 0;
          }
        }
        const int n = (c_end - c) * g.taps;
        Isa::transpose_units(units, count, n, packed);
        for (int i = 0; i < n; ++i, packed += kLanes * kUnit) sum = Isa::add_start(g, sum, Isa::load(packed));
      }
      Isa::store(start + v * kLanes, sum);
    }
  }

  // Units of output channel k, channel groups [first, end).
  static void weight_row(const Geometry& g, const WeightRows& rows, int k, int first, int end, uint8_t* units,
                         uint8_t* staging) {
    const uint8_t* const data = rows.data + rows.k_offsets[k];
    if (g.taps == 1 && rows.row_contiguous) {
      const int c = first * kGroup;
      const int c_end = end * kGroup < g.in_channels ? end * kGroup : g.in_channels;
      Isa::copy(data + rows.c_offsets[c] + rows.tap_offsets[0], rows.element_bytes, c_end - c,
                reinterpret_cast<typename Isa::Element*>(units));
      const int64_t element = kUnit / kGroup;
      for (int64_t i = (c_end - c) * element; i < int64_t{end - first} * kUnit; ++i) units[i] = 0;
      return;
    }
    const int64_t channel_bytes = int64_t{g.taps} * rows.element_bytes;
    if (rows.row_contiguous) {
      const uint8_t* from = data + rows.c_offsets[int64_t{first} * kGroup] + rows.tap_offsets[0];
      const int whole = g.in_channels / kGroup < end ? g.in_channels / kGroup : end;
      for (; first < whole; ++first, units += int64_t{g.taps} * kUnit, from += kGroup * channel_bytes) {
        Group group;
        for (int i = 0; i < kGroup; ++i) group.rows[i] = from + i * channel_bytes;
        Isa::interleave_weights(group.rows, rows.element_bytes, g.taps, units);
      }
    }
    for (int c = first; c < end; ++c, units += int64_t{g.taps} * kUnit) {
      Group group;
      for (int i = 0; i < kGroup; ++i) {
        const int channel = c * kGroup + i;
        group.rows[i] = channel >= g.in_channels ? staging
                        : rows.taps_contiguous   ? data + rows.c_offsets[channel] + rows.tap_offsets[0]
                                                 : gather(g, rows, data + rows.c_offsets[channel],
                                                          staging + (i + 1) * channel_bytes);
      }
      Isa::interleave_weights(group.rows, rows.element_bytes, g.taps, units);
    }
  }

  // The taps of one channel, one after the other.
  static const uint8_t* gather(const Geometry& g, const WeightRows& rows, const uint8_t* channel,
                               uint8_t* to) {
    for (int t = 0; t < g.taps; ++t) {
      for (int b = 0; b < rows.element_bytes; ++b)
        to[t * rows.element_bytes + b] = channel[rows.tap_offsets[t] + b];
    }
    return to;
  }
};

}  // namespace hwcvp::kernels
