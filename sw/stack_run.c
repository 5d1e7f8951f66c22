#include "sw/stack_run.h"

#include <stdbool.h>

#include "sw/hwc_device.h"
#include "sw/outcome.h"
#include "sw/stack.h"
#include "sw/stack_commands.h"
#include "sw/stack_configure.h"
#include "sw/stack_plan.h"
#include "sw/stack_walk.h"

/* Until when the places of a tensor, or what stands in them, are in use: commands of each engine. */
struct use {
  uint32_t count[HWC_ENGINES];
};

struct run {
  struct stack_commands commands;
  const struct stack* stack;
  const struct stack_plan* plan;
  uint32_t first_context[HWC_STACK_MAX_OPERATORS];
  struct lines range[HWC_STACK_MAX_TENSORS]; /* of the strip, along the outer axis */
  struct use made[HWC_STACK_MAX_TENSORS];    /* commands that wrote it last */
  struct use read[HWC_STACK_MAX_TENSORS];    /* commands that read it last */
  uint32_t image;
  uint32_t accumulators_free; /* the store that took the last accumulators */
  /* Of the operator whose accumulators and streamed weights lie in the buffer memory. */
  uint32_t worker;
  bool weights_came;     /* since it took the place of another */
  uint32_t weight_slot;  /* HWC_PUSH_WEIGHT_SLOT_MASK of the latest portion */
  uint32_t slot_free[2]; /* the compute command that used it last */
};

struct place {
  struct lines rows, columns;
};

/* Lines along the inner axis, and the range of a tensor along the outer one. */
static struct place place_of(const struct run* run, uint32_t tensor, struct lines lines) {
  const struct lines range = run->range[tensor];
  const bool rows = stack_inner(run->stack) == HWC_STACK_ROWS;
  const struct place place = {rows ? lines : range, rows ? range : lines};
  return place;
}

static void stage_box(struct run* run, uint32_t group, uint32_t groups, uint32_t channel, uint32_t channels,
                      const struct place* place) {
  const uint32_t start[5] = {run->image, group, channel, place->rows.start, place->columns.start};
  const uint32_t count[5] = {1, groups, channels, lines_count(place->rows), lines_count(place->columns)};
  stack_stage_box(&run->commands, start, count);
}

static void wait_for(struct run* run, const struct use* use) {
  for (uint32_t engine = 0; engine < HWC_ENGINES; engine++)
    stack_wait(&run->commands, (enum hwc_engine)engine, use->count[engine]);
}

static void note(struct use* use, enum hwc_engine engine, const struct run* run) {
  use->count[engine] = run->commands.issued[engine];
}

static bool load(void* context, uint32_t tensor, struct lines lines) {
  struct run* run = context;
  const struct place place = place_of(run, tensor, lines);
  stack_begin_command(&run->commands);
  wait_for(run, &run->read[tensor]);
  stack_select(&run->commands, HWC_REGION, tensor);
  stage_box(run, 0, 1, 0, run->stack->tensor[tensor].channels, &place);
  if (!stack_push(&run->commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_REGION)) return false;
  note(&run->made[tensor], HWC_LOAD_ENGINE, run);
  return true;
}

/* A stored tensor's new lines go to memory. */
static bool store(struct run* run, uint32_t tensor, const struct place* place) {
  stack_begin_command(&run->commands);
  wait_for(run, &run->made[tensor]);
  stack_select(&run->commands, HWC_REGION, tensor);
  stage_box(run, 0, 1, 0, run->stack->tensor[tensor].channels, place);
  if (!stack_push(&run->commands, HWC_STORE_ENGINE, HWC_OPCODE_STORE_REGION)) return false;
  note(&run->read[tensor], HWC_STORE_ENGINE, run);
  return true;
}

/* A convolution's outputs of a portion are complete. */
static bool store_outputs(struct run* run, uint32_t number, uint32_t group, uint32_t groups, uint32_t channel,
                          uint32_t channels, const struct place* place) {
  const uint32_t output = run->stack->op[number].output;
  const bool last = number == stack_last(run->stack);
  stack_begin_command(&run->commands);
  stack_wait(&run->commands, HWC_COMPUTE_ENGINE, run->commands.issued[HWC_COMPUTE_ENGINE]);
  if (!last) wait_for(run, &run->read[output]);
  stage_box(run, group, groups, channel, channels, place);
  if (!stack_push(&run->commands, HWC_STORE_ENGINE,
                  HWC_OPCODE_STORE_OUTPUT | (last ? 0 : HWC_PUSH_TO_BUFFER_MASK))) {
    return false;
  }
  note(&run->made[output], HWC_STORE_ENGINE, run);
  return true;
}

static uint32_t portion(uint32_t start, uint32_t tile, uint32_t extent) {
  return tile < extent - start ? tile : extent - start;
}

static bool load_weights(struct run* run, bool double_buffered, const uint32_t start[5],
                         const uint32_t count[5]) {
  stack_begin_command(&run->commands);
  if (double_buffered && run->weights_came) {
    run->weight_slot ^= HWC_PUSH_WEIGHT_SLOT_MASK;
    stack_wait(&run->commands, HWC_COMPUTE_ENGINE, run->slot_free[run->weight_slot != 0]);
  } else {
    /* They come where weights stood, or accumulators of another operator. */
    stack_wait(&run->commands, HWC_COMPUTE_ENGINE, run->commands.issued[HWC_COMPUTE_ENGINE]);
    stack_wait(&run->commands, HWC_STORE_ENGINE, run->accumulators_free);
    run->weights_came = true;
    run->weight_slot = 0;
    run->slot_free[1] = 0; /* waited for, too: loads begin in order */
  }
  stack_stage_box(&run->commands, start, count);
  return stack_push(&run->commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_WEIGHT | run->weight_slot);
}

static bool convolve_portion(struct run* run, uint32_t number, uint32_t group, uint32_t groups,
                             uint32_t channel, uint32_t channels, const struct place* place) {
  const struct stack* stack = run->stack;
  const struct hwc_stack_operator* op = &stack->op[number];
  const uint32_t tensor = stack->input[op->first_input];
  const uint32_t in_channels = stack->tensor[tensor].channels / op->group;
  for (uint32_t c = 0; c < in_channels; c += op->tile[2]) {
    const uint32_t reduced = portion(c, op->tile[2], in_channels);
    if (op->resident != HWC_STACK_RESIDENT) {
      const uint32_t start[5] = {group, channel, c, 0, 0};
      const uint32_t count[5] = {groups, channels, reduced, op->kernel[0], op->kernel[1]};
      if (!load_weights(run, op->resident == HWC_STACK_DOUBLE_BUFFERED, start, count)) return false;
    }
    stack_begin_command(&run->commands);
    wait_for(run, &run->made[tensor]);
    stack_wait(&run->commands, HWC_LOAD_ENGINE, run->commands.issued[HWC_LOAD_ENGINE]);
    stack_wait(&run->commands, HWC_STORE_ENGINE, run->accumulators_free);
    const uint32_t start[8] = {run->image, group, channel, c, place->rows.start, place->columns.start, 0, 0};
    const uint32_t count[8] = {1,
                               groups,
                               channels,
                               reduced,
                               lines_count(place->rows),
                               lines_count(place->columns),
                               op->kernel[0],
                               op->kernel[1]};
    stack_stage_tile(&run->commands, start, count);
    if (!stack_push(&run->commands, HWC_COMPUTE_ENGINE,
                    HWC_OPCODE_COMPUTE | run->weight_slot | (c == 0 ? HWC_PUSH_INIT_MASK : 0)))
      return false;
    run->slot_free[run->weight_slot != 0] = run->commands.issued[HWC_COMPUTE_ENGINE];
  }
  note(&run->read[tensor], HWC_COMPUTE_ENGINE, run);
  return true;
}

static bool convolve(struct run* run, uint32_t number, const struct place* place) {
  const struct hwc_stack_operator* op = &run->stack->op[number];
  const uint32_t out_channels = run->stack->tensor[op->output].channels / op->group;
  stack_select(&run->commands, HWC_CONTEXT, run->first_context[number]);
  if (run->worker != number) {
    run->worker = number;
    run->weights_came = false;
    run->weight_slot = 0;
  }
  for (uint32_t g = 0; g < op->group; g += op->tile[0]) {
    const uint32_t groups = portion(g, op->tile[0], op->group);
    for (uint32_t k = 0; k < out_channels; k += op->tile[1]) {
      const uint32_t channels = portion(k, op->tile[1], out_channels);
      if (!convolve_portion(run, number, g, groups, k, channels, place)) return false;
      /* Whole groups follow one another; parts of them leave one by one. */
      const uint32_t together = channels == out_channels ? groups : 1;
      for (uint32_t i = 0; i < groups; i += together) {
        if (!store_outputs(run, number, g + i, together, k, channels, place)) return false;
      }
      run->accumulators_free = run->commands.issued[HWC_STORE_ENGINE];
    }
  }
  return true;
}

static bool operate(struct run* run, uint32_t number, const struct place* place) {
  const struct stack* stack = run->stack;
  const struct hwc_stack_operator* op = &stack->op[number];
  const bool last = number == stack_last(stack);
  const bool two = op->operation != HWC_COPY && op->input_count == 2;
  for (uint32_t part = 0; part < stack_contexts_of(op); part++) {
    const uint32_t* input = &stack->input[op->first_input + part];
    stack_begin_command(&run->commands);
    for (uint32_t i = 0; i < (two ? 2u : 1u); i++) wait_for(run, &run->made[input[i]]);
    stack_wait(&run->commands, HWC_LOAD_ENGINE, run->commands.issued[HWC_LOAD_ENGINE]); /* of tables, too */
    if (!last) wait_for(run, &run->read[op->output]);
    stack_select(&run->commands, HWC_CONTEXT, run->first_context[number] + part);
    const uint32_t start[8] = {run->image, 0, 0, 0, place->rows.start, place->columns.start, 0, 0};
    const uint32_t count[8] = {1,
                               stack->tensor[*input].channels,
                               1,
                               two ? 2 : 1,
                               lines_count(place->rows),
                               lines_count(place->columns),
                               op->kernel[0],
                               op->kernel[1]};
    stack_stage_tile(&run->commands, start, count);
    if (!stack_push(&run->commands, HWC_VECTOR_ENGINE,
                    HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK |
                        (last ? HWC_PUSH_TO_MEMORY_MASK : HWC_PUSH_TO_BUFFER_MASK))) {
      return false;
    }
    for (uint32_t i = 0; i < (two ? 2u : 1u); i++) note(&run->read[input[i]], HWC_VECTOR_ENGINE, run);
    note(&run->made[op->output], HWC_VECTOR_ENGINE, run);
  }
  return true;
}

static bool run_operator(void* context, uint32_t number, struct lines lines) {
  struct run* run = context;
  const struct hwc_stack_operator* op = &run->stack->op[number];
  const struct place place = place_of(run, op->output, lines);
  const bool made =
      op->operation == HWC_CONVOLUTION ? convolve(run, number, &place) : operate(run, number, &place);
  return made && (run->stack->tensor[op->output].stored == 0 || store(run, op->output, &place));
}

/* What stays on chip from the start: constants, tables, resident weights; also of operators of which no strip
 * needs anything. */
static bool load_constants(struct run* run) {
  const struct stack* stack = run->stack;
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const struct hwc_stack_operator* op = &stack->op[i];
    const bool convolution = op->operation == HWC_CONVOLUTION;
    if (!convolution && op->operation != HWC_TABLE) continue;
    stack_select(&run->commands, HWC_CONTEXT, run->first_context[i]);
    stack_begin_command(&run->commands);
    if (!stack_push(&run->commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_PARAMS)) return false;
    if (op->resident != HWC_STACK_RESIDENT) continue;
    const uint32_t start[5] = {0, 0, 0, 0, 0};
    const uint32_t count[5] = {op->group, stack->tensor[op->output].channels / op->group,
                               stack->tensor[stack->input[op->first_input]].channels / op->group,
                               op->kernel[0], op->kernel[1]};
    if (!load_weights(run, false, start, count)) return false;
  }
  return true;
}

static bool run_strips(struct run* run, struct stack_walk* walk) {
  const struct stack* stack = run->stack;
  const struct stack_visitor visitor = {run, load, run_operator};
  const uint32_t extent = stack->tensor[stack->op[stack_last(stack)].output].lines[stack_outer(stack)];
  for (run->image = 0; run->image < stack->head.batch; run->image++) {
    for (uint32_t start = 0; start < extent;) {
      const uint32_t tile = portion(start, stack->head.outer_tile, extent);
      const struct lines strip = {start, start + tile};
      stack_ranges(stack, strip, run->range);
      for (uint32_t t = 0; t < stack->head.tensor_count; t++) walk->needed[t] = !lines_none(run->range[t]);
      uint32_t returned;
      if (!stack_walk_strip(walk, &visitor, &returned)) return false;
      start += tile;
    }
  }
  return true;
}

static struct outcome check_capabilities(const struct hwc_device* device, const struct stack* stack,
                                         const struct stack_plan* plan) {
  const uint32_t bytes = hwc_read(device, HWC_BUFFER_BYTES);
  if (plan->bytes > bytes) {
    const uint32_t needed = plan->bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)plan->bytes;
    return outcome_failed(HWC_JOB_DOES_NOT_FIT, needed, bytes);
  }
  const uint32_t contexts = hwc_read(device, HWC_CONTEXTS);
  if (plan->contexts > contexts) return outcome_failed(HWC_JOB_TOO_MANY_CONTEXTS, plan->contexts, contexts);
  const uint32_t regions = hwc_read(device, HWC_REGIONS);
  if (stack->head.tensor_count > regions)
    return outcome_failed(HWC_JOB_TOO_MANY_REGIONS, stack->head.tensor_count, regions);
  const uint32_t channels = hwc_read(device, HWC_MAX_CHANNELS);
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const uint32_t made = stack->tensor[stack->op[i].output].channels;
    if (stack->op[i].operation == HWC_CONVOLUTION && made > channels)
      return outcome_failed(HWC_JOB_TOO_MANY_CHANNELS, made, channels);
  }
  return outcome_done();
}

static struct outcome run_on_hwc(const struct console* console, const struct stack* stack,
                                 const struct stack_plan* plan, struct stack_walk* walk,
                                 struct hwc_status* status) {
  struct hwc_device device = {console->hal, stack->head.hwc, 0, &status->sleeps};
  const uint32_t id = hwc_read(&device, HWC_ID);
  if (id != HWC_ID_RESET) return outcome_failed(HWC_JOB_HWC_MISSING, id, 0);
  device.fifo_depth = hwc_read(&device, HWC_FIFO_DEPTH);
  const struct outcome outcome = check_capabilities(&device, stack, plan);
  if (outcome.result != HWC_JOB_DONE) return outcome;
  console_log(console, LOG_DEBUG, "HWC: command FIFOs of %u entries; the buffer takes %u bytes",
              device.fifo_depth, (uint32_t)plan->bytes);

  struct run run;
  stack_commands_after_reset(&run.commands, &device);
  run.stack = stack;
  run.plan = plan;
  run.accumulators_free = 0;
  run.worker = STACK_NO_OPERATOR;
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    for (uint32_t engine = 0; engine < HWC_ENGINES; engine++)
      run.made[t].count[engine] = run.read[t].count[engine] = 0;
  }
  stack_configure(&device, stack, plan, run.first_context);
  stack_select_unknown(&run.commands);
  const bool issued = load_constants(&run) && run_strips(&run, walk);
  const uint32_t state = issued ? hwc_sleep_until(&device, HWC_STATUS_IDLE_MASK) : HWC_STATUS_ERROR_MASK;
  hwc_write(&device, HWC_IRQ_ENABLE, 0); /* its line would keep the processor from sleeping */
  status->load_commands = run.commands.issued[HWC_LOAD_ENGINE];
  status->compute_commands = run.commands.issued[HWC_COMPUTE_ENGINE];
  status->store_commands = run.commands.issued[HWC_STORE_ENGINE];
  status->vector_commands = run.commands.issued[HWC_VECTOR_ENGINE];
  if (state & HWC_STATUS_ERROR_MASK)
    return outcome_failed(HWC_JOB_HWC_ERROR, hwc_read(&device, HWC_ERROR), hwc_read(&device, HWC_ERROR_INFO));
  return outcome_done();
}

void stack_run(const struct console* console, uint64_t address, struct hwc_status* status) {
  const struct hwc_status fresh = {HWC_STATUS_MAGIC, HWC_JOB_DONE, {0, 0}, 0, 0, 0, 0, 0};
  *status = fresh;
  struct stack stack;
  struct stack_plan plan;
  struct stack_walk walk;
  struct outcome outcome = stack_read(console->hal, address, &stack);
  if (outcome.result == HWC_JOB_DONE) outcome = stack_plan_make(&stack, &walk, &plan);
  if (outcome.result == HWC_JOB_DONE) {
    console_log(console, LOG_INFO, "stack of %u operators, batch %u, strips of %u, steps of %u",
                stack.head.operator_count, stack.head.batch, stack.head.outer_tile, stack.head.inner_tile);
    outcome = run_on_hwc(console, &stack, &plan, &walk, status);
  }
  status->result = outcome.result;
  status->detail[0] = outcome.detail[0];
  status->detail[1] = outcome.detail[1];
}
