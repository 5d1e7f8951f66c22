#include "sw/stack_walk.h"

/* Sets what the piece needs of all that the operator reads. */
static void take_windows(struct stack_walk* walk, const struct stack_frame* frame) {
  const struct stack* stack = walk->stack;
  const struct hwc_stack_operator* op = &stack->op[frame->op];
  const struct lines piece = {frame->next, frame->piece_end};
  for (uint32_t i = 0; i < op->input_count; i++) {
    walk->window[op->first_input + i] = stack_window(stack, frame->op, i, stack_inner(stack), piece);
  }
}

/* Holds what the windows of all readers span, and tells which lines of that are new. False where one of them
 * was held before and forgotten. */
static bool bring(struct stack_walk* walk, uint32_t tensor, struct lines* fresh) {
  const struct stack* stack = walk->stack;
  struct lines held = {0, 0};
  for (uint32_t use = stack->first_use[tensor]; use != STACK_NO_USE; use = stack->next_use[use])
    held = lines_hull(held, walk->window[use]);
  const struct lines before = walk->held[tensor];
  walk->held[tensor] = held;
  fresh->start = fresh->end = 0;
  if (lines_none(held)) {
    if (before.end > walk->passed[tensor]) walk->passed[tensor] = before.end;
    return true;
  }
  if (held.start < walk->passed[tensor]) return false;
  walk->passed[tensor] = held.start;
  if (lines_count(held) > walk->most_held[tensor]) walk->most_held[tensor] = lines_count(held);
  fresh->start = lines_none(before) || before.end < held.start ? held.start : before.end;
  fresh->end = held.end;
  return true;
}

static struct stack_frame make(uint32_t op, struct lines lines) {
  const struct stack_frame frame = {op, lines.start, lines.end, lines.start, 0};
  return frame;
}

static void begin_piece(struct stack_walk* walk, struct stack_frame* frame) {
  const struct stack* stack = walk->stack;
  const uint32_t most = frame->op == stack_last(stack) ? stack->head.inner_tile : stack->op[frame->op].piece;
  const uint32_t left = frame->end - frame->next;
  frame->piece_end = most == 0 || most > left ? frame->end : frame->next + most;
  frame->input = 0;
  take_windows(walk, frame);
}

bool stack_walk_strip(struct stack_walk* walk, const struct stack_visitor* visitor, uint32_t* returned) {
  const struct stack* stack = walk->stack;
  const struct lines none = {0, 0};
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    walk->held[t] = none;
    walk->passed[t] = walk->most_held[t] = 0;
  }
  for (uint32_t use = 0; use < stack->head.input_count; use++) walk->window[use] = none;
  *returned = HWC_STACK_MAX_TENSORS;

  const uint32_t last = stack_last(stack);
  const struct lines all = {0, stack->tensor[stack->op[last].output].lines[stack_inner(stack)]};
  uint32_t depth = 0; /* at most one frame of each operator: each is below those that read what it makes */
  walk->frame[0] = make(last, all);
  begin_piece(walk, &walk->frame[0]);
  for (;;) {
    struct stack_frame* frame = &walk->frame[depth];
    const struct hwc_stack_operator* op = &stack->op[frame->op];
    if (frame->input < op->input_count) {
      const uint32_t tensor = stack->input[op->first_input + frame->input++];
      struct lines fresh;
      if (!walk->needed[tensor]) continue;
      if (!bring(walk, tensor, &fresh)) {
        *returned = tensor;
        return false;
      }
      if (lines_none(fresh)) continue;
      if (stack->maker[tensor] == STACK_NO_OPERATOR) {
        if (!visitor->load(visitor->context, tensor, fresh)) return false;
      } else {
        walk->frame[++depth] = make(stack->maker[tensor], fresh);
        begin_piece(walk, &walk->frame[depth]);
      }
      continue;
    }
    const struct lines piece = {frame->next, frame->piece_end};
    if (!visitor->run(visitor->context, frame->op, piece)) return false;
    frame->next = frame->piece_end;
    if (frame->next < frame->end) {
      begin_piece(walk, frame);
    } else if (depth-- == 0) {
      return true;
    }
  }
}
