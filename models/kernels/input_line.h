// One line of one input channel, padding included, as a dense row.
#pragma once

#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {
namespace {

// [columns] elements of line y of channel c; padding is 0, so elements of one byte need a zero of 0.
template <typename Isa>
inline void copy_line(const Geometry& g, const InputRows& rows, int c, int y, typename Isa::Element* to) {
  int x = 0;
  if (y >= rows.first_y && y < rows.end_y) {
    for (; x < rows.left_padding; ++x) to[x] = 0;
    for (const Segment& segment : rows.segments) {
      if (segment.count == 0) continue;
      Isa::copy_input(g,
                      rows.data + rows.c_offsets[c] + rows.y_offsets[y] + segment.first * rows.element_bytes,
                      rows.element_bytes, segment.count, to + x);
      x += segment.count;
    }
  }
  for (; x < g.columns; ++x) to[x] = 0;
}

// Column x of a line goes to phase x % phases, place x / phases.
template <typename Element>
inline void split_phases(const Geometry& g, const Element* columns, Element* to) {
  const int64_t width = g.phase_width;
  if (g.phases == 2) {  // a constant for the compiler
    const int pairs = g.columns / 2;
    for (int i = 0; i < pairs; ++i) to[i] = columns[2 * i];
    for (int i = 0; i < pairs; ++i) to[width + i] = columns[2 * i + 1];
    if (g.columns % 2 != 0) to[pairs] = columns[g.columns - 1];
    return;
  }
  for (int phase = 0; phase < g.phases; ++phase) {
    Element* place = to + phase * width;
    for (int x = phase; x < g.columns; x += g.phases) *place++ = columns[x];
  }
}

}  // namespace
}  // namespace hwcvp::kernels
