/* A stack as the firmware holds it, and what it works out before anything moves. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/hal.h"
#include "sw/outcome.h"
#include "sw/stack_job.h"

#define STACK_NO_OPERATOR 0xffffffffu
#define STACK_NO_USE 0xffffffffu

/* Lines from `start` up to `end`; none where they are equal. */
struct lines {
  uint32_t start, end;
};

static inline bool lines_none(struct lines lines) { return lines.start >= lines.end; }
static inline uint32_t lines_count(struct lines lines) {
  return lines_none(lines) ? 0 : lines.end - lines.start;
}

/* The least range with both. */
static inline struct lines lines_hull(struct lines a, struct lines b) {
  if (lines_none(a)) return b;
  if (lines_none(b)) return a;
  const struct lines hull = {a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
  return hull;
}

/* The bytes of the descriptor lie here as they do in memory, part by part. */
struct stack {
  struct hwc_stack head;
  struct hwc_stack_tensor tensor[HWC_STACK_MAX_TENSORS];
  struct hwc_stack_operator op[HWC_STACK_MAX_OPERATORS];
  uint32_t input[HWC_STACK_MAX_INPUTS]; /* tensors */

  /* Derived. A use is an entry of `input`. */
  uint32_t maker[HWC_STACK_MAX_TENSORS];     /* operator, or STACK_NO_OPERATOR */
  uint32_t first_use[HWC_STACK_MAX_TENSORS]; /* or STACK_NO_USE */
  uint32_t next_use[HWC_STACK_MAX_INPUTS];   /* of the same tensor */
};

static inline uint32_t stack_outer(const struct stack* stack) { return stack->head.outer_axis; }
static inline uint32_t stack_inner(const struct stack* stack) { return 1 - stack->head.outer_axis; }
static inline uint32_t stack_last(const struct stack* stack) { return stack->head.operator_count - 1; }

/* Reads the descriptor at `address`, proves it intact and checks every field. Fails with BAD_MAGIC, BAD_SIZE,
 * BAD_CRC, BAD_STACK, TOO_LARGE. */
struct outcome stack_read(const struct hal* hal, uint64_t address, struct stack* stack);

/* The lines of an input that an operator needs on an axis for some of its output; of those that exist. */
struct lines stack_window(const struct stack* stack, uint32_t op, uint32_t input, uint32_t axis,
                          struct lines outputs);
