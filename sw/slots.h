/* The buffer slots of one tensor: which holds the present region, and when the one that takes the next region
 * is free. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/compiler.h"
#include "sw/hwc_commands.h"

struct slots {
  uint32_t command_bit; /* of the present slot in PUSH: 0 for the first, `second` for the other */
  uint32_t second;      /* 0 where there is one slot */
  /* Where there are two, commands issued when the slot not in use was left; nothing issued later uses it. */
  uint32_t left_work;
  uint32_t left_store;
};

/* What a command that fills a slot must wait for. */
struct slot_free {
  uint32_t work; /* of the worker: compute or vector */
  uint32_t store;
};

/* `bit` is that of the tensor in PUSH. The first region goes to the first slot. */
FW_INLINE struct slots slots_after_reset(uint32_t double_buffer, uint32_t bit) {
  const uint32_t second = double_buffer ? bit : 0;
  const struct slots slots = {second, second, 0, 0};
  return slots;
}

/* Leaves the present slot for the other, or frees it for the next region if it is the only one. */
FW_INLINE struct slot_free slots_next(struct slots* slots, const struct hwc_commands* commands) {
  const struct slot_free now = {commands->issued[commands->worker], commands->issued[HWC_STORE_ENGINE]};
  if (slots->second == 0) return now;
  const struct slot_free other = {slots->left_work, slots->left_store};
  slots->left_work = now.work;
  slots->left_store = now.store;
  slots->command_bit ^= slots->second;
  return other;
}
