#include "sw/stack_plan.h"

uint32_t stack_contexts_of(const struct hwc_stack_operator* op) {
  return op->operation == HWC_COPY ? op->input_count : 1;
}

void stack_ranges(const struct stack* stack, struct lines strip, struct lines range[HWC_STACK_MAX_TENSORS]) {
  const struct lines none = {0, 0};
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) range[t] = none;
  range[stack->op[stack_last(stack)].output] = strip;
  for (uint32_t i = stack->head.operator_count; i-- > 0;) {
    const struct hwc_stack_operator* op = &stack->op[i];
    for (uint32_t input = 0; input < op->input_count; input++) {
      struct lines* needed = &range[stack->input[op->first_input + input]];
      *needed = lines_hull(*needed, stack_window(stack, i, input, stack_outer(stack), range[op->output]));
    }
  }
}

/* What one strip does, line by line. */
struct count {
  const struct stack* stack;
  struct stack_plan* plan;
  uint32_t made[HWC_STACK_MAX_TENSORS]; /* lines, of the strip */
};

static bool count_load(void* context, uint32_t tensor, struct lines lines) {
  (void)context;
  (void)tensor;
  (void)lines;
  return true;
}

static bool count_run(void* context, uint32_t op, struct lines lines) {
  struct count* count = context;
  if (lines_count(lines) > count->plan->piece[op]) count->plan->piece[op] = lines_count(lines);
  count->made[count->stack->op[op].output] += lines_count(lines);
  return true;
}

static struct outcome bad_windows(uint32_t tensor, uint32_t line) {
  return outcome_failed(HWC_JOB_BAD_WINDOWS, tensor, line);
}

static struct outcome count_strip(struct count* count, struct stack_walk* walk) {
  const struct stack* stack = count->stack;
  const struct stack_visitor visitor = {count, count_load, count_run};
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) count->made[t] = 0;
  uint32_t returned;
  if (!stack_walk_strip(walk, &visitor, &returned)) return bad_windows(returned, walk->held[returned].start);
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    if (walk->most_held[t] > count->plan->lines[t]) count->plan->lines[t] = walk->most_held[t];
    if (stack->tensor[t].stored != 0 && walk->needed[t] &&
        count->made[t] < stack->tensor[t].lines[stack_inner(stack)])
      return bad_windows(t, count->made[t]);
  }
  return outcome_done();
}

static struct outcome count_strips(const struct stack* stack, struct stack_walk* walk,
                                   struct stack_plan* plan) {
  struct count count = {stack, plan, {0}};
  struct lines range[HWC_STACK_MAX_TENSORS];
  uint32_t covered[HWC_STACK_MAX_TENSORS];
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) covered[t] = 0;
  const uint32_t extent = stack->tensor[stack->op[stack_last(stack)].output].lines[stack_outer(stack)];
  walk->stack = stack;
  bool first = true;
  for (uint32_t start = 0; start < extent;) {
    const uint32_t left = extent - start;
    const uint32_t tile = stack->head.outer_tile < left ? stack->head.outer_tile : left;
    const struct lines strip = {start, start + tile};
    stack_ranges(stack, strip, range);
    /* All strips that need something of the same tensors go through their lines alike. */
    bool other = first;
    for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
      const bool needed = !lines_none(range[t]);
      other = other || needed != walk->needed[t];
      walk->needed[t] = needed;
      if (lines_count(range[t]) > plan->width[t]) plan->width[t] = lines_count(range[t]);
      if (!needed) continue;
      if (stack->tensor[t].stored != 0 && range[t].start > covered[t]) return bad_windows(t, covered[t]);
      if (range[t].end > covered[t]) covered[t] = range[t].end;
    }
    if (other) {
      const struct outcome outcome = count_strip(&count, walk);
      if (outcome.result != HWC_JOB_DONE) return outcome;
    }
    first = false;
    start += tile;
  }
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    if (stack->tensor[t].stored != 0 && covered[t] < stack->tensor[t].lines[stack_outer(stack)])
      return bad_windows(t, covered[t]);
  }
  return outcome_done();
}

static uint64_t product(uint64_t a, uint64_t b) {
  uint64_t result;
  return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

static uint64_t sum(uint64_t a, uint64_t b) { return a + b < a ? UINT64_MAX : a + b; }

static uint64_t weight_bytes(const struct hwc_stack_operator* op, uint32_t groups, uint32_t out_channels,
                             uint32_t in_channels) {
  return product(product(product(groups, out_channels), in_channels), product(op->kernel[0], op->kernel[1]));
}

/* Behind what operators need only while they run: the tensors, then weights that stay. */
static void place(const struct stack* stack, struct stack_plan* plan) {
  uint64_t working = 0;
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const struct hwc_stack_operator* op = &stack->op[i];
    plan->contexts += stack_contexts_of(op);
    if (op->operation != HWC_CONVOLUTION) continue;
    const uint64_t outputs = product(op->tile[0], op->tile[1]);
    const uint64_t accumulators =
        product(product(outputs, 4), product(plan->piece[i], plan->width[op->output]));
    const uint64_t weights = product(weight_bytes(op, op->tile[0], op->tile[1], op->tile[2]),
                                     op->resident == HWC_STACK_DOUBLE_BUFFERED ? 2 : 1);
    plan->accumulators[i] = (uint32_t)accumulators;
    plan->weights[i] = (uint32_t)accumulators; /* those that are streamed follow */
    const uint64_t needed = op->resident == HWC_STACK_RESIDENT ? accumulators : sum(accumulators, weights);
    if (needed > working) working = needed;
  }
  uint64_t next = working;
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    plan->region[t] = (uint32_t)next;
    next = sum(next, product(stack->tensor[t].channels, product(plan->lines[t], plan->width[t])));
  }
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const struct hwc_stack_operator* op = &stack->op[i];
    if (op->resident != HWC_STACK_RESIDENT) continue;
    plan->weights[i] = (uint32_t)next;
    const uint32_t out_channels = stack->tensor[op->output].channels / op->group;
    const uint32_t in_channels = stack->tensor[stack->input[op->first_input]].channels / op->group;
    next = sum(next, weight_bytes(op, op->group, out_channels, in_channels));
  }
  plan->bytes = next;
}

struct outcome stack_plan_make(const struct stack* stack, struct stack_walk* walk, struct stack_plan* plan) {
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) plan->lines[t] = plan->width[t] = 0;
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    plan->piece[i] = plan->accumulators[i] = plan->weights[i] = 0;
  }
  plan->contexts = 0;
  const struct outcome outcome = count_strips(stack, walk, plan);
  if (outcome.result == HWC_JOB_DONE) place(stack, plan);
  return outcome;
}
