/* A box of elements as the HWC's BOX registers take it: first coordinate and count on five axes. */
#pragma once

#include <stdint.h>

#include "sw/compiler.h"
#include "sw/layer_geometry.h"

/* First coordinate in the low half, count in the high half: one word in memory is one store and one
 * comparison. */
typedef uint64_t span;

FW_INLINE span span_make(uint32_t start, uint32_t count) { return (uint64_t)count << 32 | start; }
FW_INLINE uint32_t span_start(span s) { return (uint32_t)s; }
FW_INLINE uint32_t span_count(span s) { return (uint32_t)(s >> 32); }
FW_INLINE uint32_t span_end(span s) { return span_start(s) + span_count(s); }

struct box {
  span axis[TENSOR_AXES];
};
