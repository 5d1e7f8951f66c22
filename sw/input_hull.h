/* The input lines (or columns) that some outputs meet through some of the filter. */
#pragma once

#include <stdint.h>

#include "sw/compiler.h"
#include "sw/layer_geometry.h"

struct hull {
  uint32_t start;
  uint32_t count; /* 0: nothing but padding */
};

/* The hull of outputs [out_start, out_end) and filter lines [filter_start, filter_end), clipped to what
 * exists. */
FW_INLINE struct hull input_hull(const struct input_axis* axis, uint32_t out_start, uint32_t out_end,
                                 uint32_t filter_start, uint32_t filter_end) {
  /* All below 2^31, so that sums of two products fit into 63 bits. */
  int64_t start = (int64_t)out_start * axis->stride + (int64_t)filter_start * axis->dilation - axis->pad;
  int64_t last =
      (int64_t)(out_end - 1) * axis->stride + (int64_t)(filter_end - 1) * axis->dilation - axis->pad;
  if (start < (int64_t)axis->first) start = axis->first;
  if (last >= (int64_t)axis->end) last = (int64_t)axis->end - 1;
  const struct hull empty = {0, 0};
  if (last < start) return empty;
  const struct hull hull = {(uint32_t)start, (uint32_t)(last - start + 1)};
  return hull;
}
