/* What a stack takes of the accelerator, and where it lies in the buffer memory; worked out from the schedule
 * before anything moves. */
#pragma once

#include <stdint.h>

#include "sw/outcome.h"
#include "sw/stack.h"
#include "sw/stack_walk.h"

struct stack_plan {
  uint32_t lines[HWC_STACK_MAX_TENSORS]; /* held at most along the inner axis; 0: never needed, or not read */
  uint32_t width[HWC_STACK_MAX_TENSORS]; /* widest range of any strip along the outer axis */
  uint32_t region[HWC_STACK_MAX_TENSORS];         /* byte of the buffer memory */
  uint32_t piece[HWC_STACK_MAX_OPERATORS];        /* lines of the largest */
  uint32_t accumulators[HWC_STACK_MAX_OPERATORS]; /* bytes, from the start of the buffer memory on */
  uint32_t weights[HWC_STACK_MAX_OPERATORS];      /* byte of the buffer memory */
  uint64_t bytes;                                 /* of the buffer memory, saturated */
  uint32_t contexts;                              /* of the accelerator */
};

/* The ranges along the outer axis that a strip needs of all tensors, from the last operator backwards. */
void stack_ranges(const struct stack* stack, struct lines strip, struct lines range[HWC_STACK_MAX_TENSORS]);

/* Walks through the strips without moving anything. Fails with BAD_WINDOWS where a line would have to come
 * back, or a stored tensor is left with lines that nobody asks for. Where the bytes need more than 32 bits,
 * offsets are unspecified. `walk` is room to work in. */
struct outcome stack_plan_make(const struct stack* stack, struct stack_walk* walk, struct stack_plan* plan);

/* Contexts that an operator takes: one, or one for each part that is joined. */
uint32_t stack_contexts_of(const struct hwc_stack_operator* op);
