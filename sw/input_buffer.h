/*
 * The input's buffer: keeps what the next region shares with the one it holds, loads the rest as few boxes
 * with long rows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/hwc_commands.h"
#include "sw/input_hull.h"
#include "sw/job.h"
#include "sw/layer_geometry.h"
#include "sw/nest.h"
#include "sw/slots.h"

enum { INPUT_B, INPUT_G, INPUT_C, INPUT_Y, INPUT_X };

struct input_buffer {
  struct slots slots;
  bool sliding;
  struct box region; /* the one held; a count of 0 on rows or columns: none */
  struct box slab;   /* the last part of a region that was loaded */
  struct box kept;   /* the last part of a region that was copied from the other slot */
};

/* Rows (axis 0) or columns (1) of the nest's position; `held` are those of the position before. */
FW_INLINE span input_lines(const struct nest* nest, const struct layer_geometry* geometry, uint32_t axis,
                           uint32_t moved, span held) {
  if (!nest_range_moved(nest, HWC_INPUT, HWC_OY + axis, moved) &&
      !nest_range_moved(nest, HWC_INPUT, HWC_FY + axis, moved)) {
    return held;
  }
  const struct nest_entry* out = nest_range(nest, HWC_INPUT, HWC_OY + axis);
  const struct nest_entry* filter = nest_range(nest, HWC_INPUT, HWC_FY + axis);
  const struct hull hull =
      input_hull(&geometry->input_axis[axis], out->start, nest_end(out), filter->start, nest_end(filter));
  return span_make(hull.start, hull.count);
}

FW_INLINE span span_intersection(span a, span b) {
  const uint32_t start = span_start(a) > span_start(b) ? span_start(a) : span_start(b);
  const uint32_t end = span_end(a) < span_end(b) ? span_end(a) : span_end(b);
  return end > start ? span_make(start, end - start) : span_make(start, 0);
}

/* Pushes a command for a part of the region in `box`, which has the region's batch, group and channels. */
FW_INLINE bool input_push_part(struct input_buffer* buffer, struct hwc_commands* commands, struct box* box,
                               span y, span x, uint32_t opcode) {
  for (uint32_t axis = INPUT_B; axis <= INPUT_C; axis++)
    hwc_set_axis(commands, box, axis, buffer->region.axis[axis]);
  hwc_set_axis(commands, box, INPUT_Y, y);
  hwc_set_axis(commands, box, INPUT_X, x);
  hwc_stage_box(commands, box);
  return hwc_push(commands, HWC_LOAD_ENGINE, opcode | buffer->slots.command_bit);
}

/* Loads what rows y and columns x have beyond `shared_y` and `shared_x`: whole rows above and below, then
   what is left at the sides of the shared rows. */
FW_INLINE bool input_load_beyond(struct input_buffer* buffer, struct hwc_commands* commands, span y, span x,
                                 span shared_y, span shared_x) {
  for (uint32_t side = 0; side < 4; side++) {
    const span outer = side < 2 ? y : x;
    const span shared = side < 2 ? shared_y : shared_x;
    const span part = side % 2 == 0 ? span_make(span_start(outer), span_start(shared) - span_start(outer))
                                    : span_make(span_end(shared), span_end(outer) - span_end(shared));
    if (span_count(part) == 0) continue;
    const span part_y = side < 2 ? part : shared_y;
    const span part_x = side < 2 ? x : part;
    if (!input_push_part(buffer, commands, &buffer->slab, part_y, part_x, HWC_OPCODE_LOAD_INPUT))
      return false;
  }
  return true;
}

/* Takes the region rows y, columns x of the batch, group and channels already in `region`, of which the held
   rows and columns overlap in shared_y and shared_x. */
FW_INLINE bool input_slide(struct input_buffer* buffer, struct hwc_commands* commands, span y, span x,
                           span shared_y, span shared_x) {
  hwc_set_axis(commands, &buffer->region, INPUT_Y, y);
  hwc_set_axis(commands, &buffer->region, INPUT_X, x);
  if (shared_y == y && shared_x == x) return true; /* a part of what is held, which stays where it lies */
  hwc_stage_wait(commands, commands->worker, slots_next(&buffer->slots, commands).work);
  if (buffer->slots.second != 0 &&
      !input_push_part(buffer, commands, &buffer->kept, shared_y, shared_x, HWC_OPCODE_KEEP_INPUT)) {
    return false;
  }
  return input_load_beyond(buffer, commands, y, x, shared_y, shared_x);
}

/* Brings the buffer to the nest's position after entry `moved` moved. Returns false after an error of the
 * HWC. */
FW_INLINE bool input_update(struct input_buffer* buffer, struct hwc_commands* commands,
                            const struct nest* nest, const struct layer_geometry* geometry, uint32_t moved) {
  static const uint8_t dims[3] = {HWC_B, HWC_G, HWC_C};
  if (moved >= nest->level[HWC_INPUT]) return true;
  bool elsewhere = false; /* pieces of batch, group and channels are equal or disjoint */
  for (uint32_t axis = INPUT_B; axis <= INPUT_C; axis++) {
    if (!nest_range_moved(nest, HWC_INPUT, dims[axis], moved)) continue;
    const struct nest_entry* range = nest_range(nest, HWC_INPUT, dims[axis]);
    elsewhere |= hwc_set_axis(commands, &buffer->region, axis,
                              span_make(range->start, nest_end(range) - range->start));
  }
  const span held_y = buffer->region.axis[INPUT_Y];
  const span held_x = buffer->region.axis[INPUT_X];
  const span y = input_lines(nest, geometry, 0, moved, held_y);
  const span x = input_lines(nest, geometry, 1, moved, held_x);
  if (!elsewhere && y == held_y && x == held_x) return true;

  if (!elsewhere && buffer->sliding) {
    const span shared_y = span_intersection(y, held_y);
    const span shared_x = span_intersection(x, held_x);
    if (span_count(shared_y) != 0 && span_count(shared_x) != 0) {
      return input_slide(buffer, commands, y, x, shared_y, shared_x);
    }
  }
  hwc_set_axis(commands, &buffer->region, INPUT_Y, y);
  hwc_set_axis(commands, &buffer->region, INPUT_X, x);
  if (span_count(y) == 0 || span_count(x) == 0) return true;
  hwc_stage_wait(commands, commands->worker, slots_next(&buffer->slots, commands).work);
  hwc_stage_box(commands, &buffer->region);
  return hwc_push(commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_INPUT | buffer->slots.command_bit);
}
