/*
 * Issuing the commands of a stack, which change from one layer to another all the time: a copy of the
 * registers in which commands are staged is kept, and only what differs is written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/compiler.h"
#include "sw/hwc_device.h"

struct stack_commands {
  struct hwc_device device;
  uint32_t issued[HWC_ENGINES]; /* commands of each engine so far */
  uint32_t limit[HWC_ENGINES];  /* count up to which its FIFO has room for certain */
  uint32_t wait[HWC_ENGINES];   /* of the next command */
  /* What stands in the registers. */
  uint32_t staged_wait[HWC_ENGINES];
  uint32_t box[10];
  uint32_t tile[16];
  uint32_t context, region;
};

FW_INLINE void stack_commands_after_reset(struct stack_commands* commands, const struct hwc_device* device) {
  commands->device = *device;
  for (uint32_t i = 0; i < HWC_ENGINES; i++) {
    commands->issued[i] = commands->wait[i] = commands->staged_wait[i] = 0;
    commands->limit[i] = device->fifo_depth;
  }
  for (uint32_t i = 0; i < 10; i++) commands->box[i] = 0;
  for (uint32_t i = 0; i < 16; i++) commands->tile[i] = 0;
  commands->context = commands->region = 0;
}

/* Something else has chosen context and region. */
FW_INLINE void stack_select_unknown(struct stack_commands* commands) {
  commands->context = commands->region = UINT32_MAX;
}

/* The next command waits for nothing yet. */
FW_INLINE void stack_begin_command(struct stack_commands* commands) {
  for (uint32_t i = 0; i < HWC_ENGINES; i++) commands->wait[i] = 0;
}

/* It also waits until the engine has completed `count` commands. */
FW_INLINE void stack_wait(struct stack_commands* commands, enum hwc_engine engine, uint32_t count) {
  if (count > commands->wait[engine]) commands->wait[engine] = count;
}

FW_INLINE void stack_stage(struct stack_commands* commands, uint32_t* copy, uint32_t offset, uint32_t value) {
  if (*copy == value) return;
  *copy = value;
  hwc_write(&commands->device, offset, value);
}

/* `select` is HWC_CONTEXT or HWC_REGION. */
FW_INLINE void stack_select(struct stack_commands* commands, uint32_t select, uint32_t number) {
  stack_stage(commands, select == HWC_CONTEXT ? &commands->context : &commands->region, select, number);
}

FW_INLINE void stack_stage_box(struct stack_commands* commands, const uint32_t start[5],
                               const uint32_t count[5]) {
  for (uint32_t i = 0; i < 5; i++) {
    stack_stage(commands, &commands->box[i], HWC_BOX_START + 4 * i, start[i]);
    stack_stage(commands, &commands->box[5 + i], HWC_BOX_COUNT + 4 * i, count[i]);
  }
}

FW_INLINE void stack_stage_tile(struct stack_commands* commands, const uint32_t start[8],
                                const uint32_t count[8]) {
  for (uint32_t i = 0; i < 8; i++) {
    stack_stage(commands, &commands->tile[i], HWC_TILE_START + 4 * i, start[i]);
    stack_stage(commands, &commands->tile[8 + i], HWC_TILE_COUNT + 4 * i, count[i]);
  }
}

/* Pushes the staged command, sleeping until there is room. Returns false after an error of the HWC. More than
 * 2^31 commands of an engine are more than any simulation sees: tokens are compared as they are. */
FW_INLINE bool stack_push(struct stack_commands* commands, enum hwc_engine engine, uint32_t command) {
  for (uint32_t i = 0; i < HWC_ENGINES; i++) {
    stack_stage(commands, &commands->staged_wait[i], hwc_wait_register((enum hwc_engine)i),
                commands->wait[i]);
  }
  if (FW_UNLIKELY(commands->limit[engine] == commands->issued[engine])) {
    uint32_t done;
    commands->limit[engine] = hwc_make_room(&commands->device, engine, commands->issued[engine], &done);
    if (commands->limit[engine] == commands->issued[engine]) return false;
  }
  hwc_write(&commands->device, HWC_PUSH, command);
  commands->issued[engine]++;
  return true;
}
