/*
 * The order in which a stack's operators run and its tensors come within one strip: lines are asked for from
 * the last operator backwards, piece by piece. The windows come of the schedule alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/stack.h"

/* What happens, in order. Each returns false to end the walk. */
struct stack_visitor {
  void* context;
  /* Lines of a tensor that no operator makes are needed. */
  bool (*load)(void* context, uint32_t tensor, struct lines lines);
  /* An operator makes lines; all that it reads is there. */
  bool (*run)(void* context, uint32_t op, struct lines lines);
};

/* An operator that makes lines, while it waits for what it reads. */
struct stack_frame {
  uint32_t op;
  uint32_t next; /* the first line not begun */
  uint32_t end;
  uint32_t piece_end; /* of the piece that begins at `next` */
  uint32_t input;     /* the next to bring */
};

struct stack_walk {
  const struct stack* stack;
  bool needed[HWC_STACK_MAX_TENSORS];        /* whether the strip needs anything of a tensor */
  struct lines held[HWC_STACK_MAX_TENSORS];  /* along the inner axis */
  uint32_t most_held[HWC_STACK_MAX_TENSORS]; /* lines, so far in the strip */
  uint32_t passed[HWC_STACK_MAX_TENSORS];    /* lines before it do not come again */
  struct lines window[HWC_STACK_MAX_INPUTS]; /* that the reader's latest run needs */
  struct stack_frame frame[HWC_STACK_MAX_OPERATORS];
};

/* Walks through a strip from its first line to its last. `needed` must be set; all else begins anew. False
 * with *returned set to the tensor of which a line would have to come back, or to HWC_STACK_MAX_TENSORS where
 * the visitor ended it. */
bool stack_walk_strip(struct stack_walk* walk, const struct stack_visitor* visitor, uint32_t* returned);
