/*
 * Issuing commands. The registers in which a command is staged keep their values, so only what differs is
 * written. All box registers together always mirror one box in memory, the staged one: comparing needs no
 * copy of them, as stores may cost far more than loads. WAIT_STORE names a store that is known to be
 * completed except while an output region comes in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/box.h"
#include "sw/compiler.h"
#include "sw/hwc_device.h"

struct hwc_commands {
  struct hwc_device device;
  enum hwc_engine worker;       /* the engine that makes outputs: compute or vector */
  uint32_t issued[HWC_ENGINES]; /* commands of each engine so far */
  uint32_t limit[HWC_ENGINES];  /* count up to which its FIFO has room for certain */
  uint32_t stores_done;         /* a count of stores that are completed for certain */
  const struct box* staged;     /* what stands in the BOX registers */
};

/* Counters and registers as a reset leaves them, for a job of the engine `worker`; `zero` is a box of zeros
 * that stays as it is until another is staged. */
FW_INLINE struct hwc_commands hwc_commands_after_reset(const struct hwc_device* device,
                                                       enum hwc_engine worker, const struct box* zero) {
  const uint32_t depth = device->fifo_depth;
  const struct hwc_commands commands = {*device, worker, {0, 0, 0, 0}, {depth, depth, depth, depth}, 0, zero};
  return commands;
}

FW_INLINE void hwc_write_span(const struct hwc_device* device, uint32_t axis, span old, span next) {
  if (span_start(old) != span_start(next)) hwc_write(device, HWC_BOX_START + 4 * axis, span_start(next));
  if (span_count(old) != span_count(next)) hwc_write(device, HWC_BOX_COUNT + 4 * axis, span_count(next));
}

/* Changes an axis of a box, in the registers too if it is the staged one. Returns whether that was a change.
   Every change to a box that may be staged goes this way. */
FW_INLINE bool hwc_set_axis(const struct hwc_commands* commands, struct box* box, uint32_t axis, span value) {
  const span old = box->axis[axis];
  if (old == value) return false;
  if (commands->staged == box) hwc_write_span(&commands->device, axis, old, value);
  box->axis[axis] = value;
  return true;
}

FW_INLINE void hwc_stage_box(struct hwc_commands* commands, const struct box* box) {
  if (commands->staged == box) return;
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) {
    const span old = commands->staged->axis[axis];
    const span next = box->axis[axis];
    if (old != next) hwc_write_span(&commands->device, axis, old, next);
  }
  commands->staged = box;
}

/* The commands that follow start once the engine has completed `count` commands. */
FW_INLINE void hwc_stage_wait(const struct hwc_commands* commands, enum hwc_engine engine, uint32_t count) {
  hwc_write(&commands->device, hwc_wait_register(engine), count);
}

/* Pushes the staged command, sleeping until there is room. Returns false after an error of the HWC. */
FW_INLINE bool hwc_push(struct hwc_commands* commands, enum hwc_engine engine, uint32_t command) {
  const uint32_t issued = commands->issued[engine];
  if (FW_UNLIKELY(commands->limit[engine] == issued)) {
    const struct hwc_device device = commands->device;
    uint32_t done;
    const uint32_t limit = hwc_make_room(&device, engine, issued, &done);
    if (limit == issued) return false;
    commands->limit[engine] = limit;
    if (engine == HWC_STORE_ENGINE) commands->stores_done = done;
    /* Tokens are compared modulo 2^32: keep the one of a long run of the worker's commands alone within
     * reach. */
    if (engine == commands->worker) hwc_stage_wait(commands, commands->worker, done);
  }
  hwc_write(&commands->device, HWC_PUSH, command);
  commands->issued[engine] = issued + 1;
  return true;
}
