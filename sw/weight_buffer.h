/* The weights' buffer: regions are equal or disjoint, so each new one is loaded whole. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/hwc_commands.h"
#include "sw/job.h"
#include "sw/nest.h"
#include "sw/slots.h"

struct weight_buffer {
  struct slots slots;
  struct box region; /* the one held */
};

/* Brings the buffer to the nest's position after entry `moved` moved. Returns false after an error of the
 * HWC. */
FW_INLINE bool weight_update(struct weight_buffer* buffer, struct hwc_commands* commands,
                             const struct nest* nest, uint32_t moved) {
  static const uint8_t dims[TENSOR_AXES] = {HWC_G, HWC_K, HWC_C, HWC_FY, HWC_FX};
  if (moved >= nest->level[HWC_WEIGHT]) return true;
  bool changed = false;
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) {
    if (!nest_range_moved(nest, HWC_WEIGHT, dims[axis], moved)) continue;
    const struct nest_entry* range = nest_range(nest, HWC_WEIGHT, dims[axis]);
    changed |= hwc_set_axis(commands, &buffer->region, axis,
                            span_make(range->start, nest_end(range) - range->start));
  }
  if (!changed) return true;
  hwc_stage_wait(commands, commands->worker, slots_next(&buffer->slots, commands).work);
  hwc_stage_box(commands, &buffer->region);
  return hwc_push(commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_WEIGHT | buffer->slots.command_bit);
}
