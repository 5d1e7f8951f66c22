/*
 * The output's buffer: a region leaves as outputs once it is complete and as partial sums before, and comes
 * back as partial sums.
 *
 * A region of outputs is visited at every position of the reduction loops (C, FY, FX) outside the buffer, in
 * their order, with all other loops at one position. So it is held for the first time exactly where the
 * reduction dimensions all start at 0, and for the last time where they all end at their extents, however
 * tiles divide and wherever the loops stand. It has been computed on in full at each visit, as the loops
 * inside the buffer cover all of it.
 *
 * Partial sums that come back were stored before: whenever a region leaves, a store is issued, and a slot
 * takes a region only after the store that emptied it. The region that comes back left at that store or an
 * earlier one, and stores end in order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/hwc_commands.h"
#include "sw/job.h"
#include "sw/nest.h"
#include "sw/slots.h"

struct output_buffer {
  struct slots slots;
  struct box region; /* the one held; counts are 0 before the first */
  bool complete;     /* no more will be added to it at later positions */
};

/* Whether the nest stands at the first (`last` false) or last visit of its region of outputs. */
FW_INLINE bool output_at_visit(const struct nest* nest, bool last) {
  static const uint8_t reduction[3] = {HWC_C, HWC_FY, HWC_FX};
  for (uint32_t i = 0; i < 3; i++) {
    const struct nest_entry* range = nest_range(nest, HWC_OUTPUT, reduction[i]);
    if (last ? nest_end(range) != nest->entry[reduction[i]].tile : range->start != 0) return false;
  }
  return true;
}

static const uint8_t kOutputDims[TENSOR_AXES] = {HWC_B, HWC_G, HWC_K, HWC_OY, HWC_OX};

FW_INLINE span output_span(const struct nest* nest, uint32_t axis) {
  const struct nest_entry* range = nest_range(nest, HWC_OUTPUT, kOutputDims[axis]);
  return span_make(range->start, nest_end(range) - range->start);
}

FW_INLINE bool output_store(struct output_buffer* buffer, struct hwc_commands* commands) {
  hwc_stage_box(commands, &buffer->region);
  hwc_stage_wait(commands, commands->worker, commands->issued[commands->worker]);
  const uint32_t opcode = buffer->complete ? HWC_OPCODE_STORE_OUTPUT : HWC_OPCODE_STORE_PSUM;
  return hwc_push(commands, HWC_STORE_ENGINE, opcode | buffer->slots.command_bit);
}

/* Where entry `moved` changed the region, sends off the one that is held. Returns false after an error of the
 * HWC. */
FW_INLINE bool output_leave(struct output_buffer* buffer, struct hwc_commands* commands,
                            const struct nest* nest, uint32_t moved, bool* changed) {
  *changed = false;
  if (moved >= nest->level[HWC_OUTPUT]) return true;
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) {
    *changed |= nest_range_moved(nest, HWC_OUTPUT, kOutputDims[axis], moved) &&
                output_span(nest, axis) != buffer->region.axis[axis];
  }
  return !*changed || output_store(buffer, commands);
}

/* Takes the region of the nest's position after entry `moved` moved, if that is another. The command that
   makes outputs of it waits for the store that emptied its slot, until output_settled(). Returns false after
   an error of the HWC. */
FW_INLINE bool output_enter(struct output_buffer* buffer, struct hwc_commands* commands,
                            const struct nest* nest, uint32_t moved, bool changed) {
  if (moved >= nest->level[HWC_OUTPUT]) return true;
  const bool complete = output_at_visit(nest, true);
  if (buffer->complete != complete) buffer->complete = complete;
  if (!changed) return true;

  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) {
    if (!nest_range_moved(nest, HWC_OUTPUT, kOutputDims[axis], moved)) continue;
    hwc_set_axis(commands, &buffer->region, axis, output_span(nest, axis));
  }
  const struct slot_free slot_free = slots_next(&buffer->slots, commands);
  hwc_stage_wait(commands, HWC_STORE_ENGINE, slot_free.store);
  if (output_at_visit(nest, false)) return true;
  /* The store has waited for the slot's last compute or vector command; name that one again, so as not to
   * wait for a later one. */
  hwc_stage_wait(commands, commands->worker, slot_free.work);
  hwc_stage_box(commands, &buffer->region);
  return hwc_push(commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_PSUM | buffer->slots.command_bit);
}

/* After the command that follows output_enter(): further ones come behind it in order, and loads must
   not wait for stores. */
FW_INLINE void output_settled(const struct hwc_commands* commands, bool changed) {
  if (changed) hwc_stage_wait(commands, HWC_STORE_ENGINE, commands->stores_done);
}
