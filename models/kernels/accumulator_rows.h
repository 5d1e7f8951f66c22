// From sums, one vector of output channels for each pixel, to rows of accumulators, one for each output
// channel.
#pragma once

#include "models/kernels/kernel_operands.h"
#include "models/kernels/unroll.h"

namespace hwcvp::kernels {

// What becomes of sums at the accumulators.
enum class Put { store, add };

// Adds up to kLanes sums to the accumulators at `target`, or stores them.
template <typename Isa>
inline void put_sums(uint8_t* target, int element_bytes, Put put, typename Isa::Vector sums, int count) {
  if (element_bytes == 4) {
    int32_t* const to = reinterpret_cast<int32_t*>(target);
    Isa::store_first(to, put == Put::add ? Isa::add(sums, Isa::load_first(to, count)) : sums, count);
    return;
  }
  alignas(64) int32_t values[Isa::kLanes];
  Isa::store(values, sums);
  uint16_t* const to = reinterpret_cast<uint16_t*>(target);
  for (int i = 0; i < count; ++i) {
    to[i] = static_cast<uint16_t>((put == Put::add ? to[i] : 0u) + static_cast<uint32_t>(values[i]));
  }
}

// `pixels` pixels of `channels` output channels from channel k on, to the bytes at `column_offset` of each
// channel.
template <typename Isa>
inline void add_pixels(const int32_t* sums, int64_t pixels, int k, int channels, int64_t column_offset,
                       const AccumulatorRows& rows) {
  const Put put = rows.initial == nullptr ? Put::add : Put::store;
  const int64_t* const k_offsets = rows.k_offsets + k;
  for (int64_t p = 0; p < pixels; p += Isa::kLanes) {
    const int count = pixels - p < Isa::kLanes ? static_cast<int>(pixels - p) : Isa::kLanes;
    uint8_t* const target = rows.data + column_offset + p * rows.element_bytes;
    typename Isa::Vector columns[Isa::kLanes];
    Isa::load_transposed(sums + p * Isa::kLanes, columns);
    if (put == Put::add && channels == Isa::kLanes &&
        rows.element_bytes == 4) {  // the most common, without a detour by memory
      HWCVP_UNROLL
      for (int i = 0; i < Isa::kLanes; ++i) {
        int32_t* const to = reinterpret_cast<int32_t*>(target + k_offsets[i]);
        Isa::store_first(to, Isa::add(columns[i], Isa::load_first(to, count)), count);
      }
      continue;
    }
    for (int i = 0; i < channels; ++i) {
      const typename Isa::Vector value =
          put == Put::add ? columns[i] : Isa::add(columns[i], Isa::fill(rows.initial[k + i]));
      put_sums<Isa>(target + k_offsets[i], rows.element_bytes, put, value, count);
    }
  }
}

// Rows [first, end) of the output, [rows][out_width][kLanes] at `sums`.
template <typename Isa>
inline void add_strip(const Geometry& g, const int32_t* sums, int k, int channels, int first, int end,
                      const AccumulatorRows& rows) {
  if (rows.rows_contiguous) {
    const int64_t offset = rows.oy_offsets[first] + rows.segments[0].first * rows.element_bytes;
    add_pixels<Isa>(sums, int64_t{end - first} * g.out_width, k, channels, offset, rows);
    return;
  }
  for (int oy = first; oy < end; ++oy) {
    for (const Segment& segment : rows.segments) {
      const int64_t offset = rows.oy_offsets[oy] + segment.first * rows.element_bytes;
      add_pixels<Isa>(sums, segment.count, k, channels, offset, rows);
      sums += int64_t{segment.count} * Isa::kLanes;
    }
  }
}

}  // namespace hwcvp::kernels
