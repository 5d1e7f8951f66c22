#include "sw/stack_configure.h"

#include <stdbool.h>

static void write_address(const struct hwc_device* device, uint32_t low_offset, uint64_t address) {
  hwc_write(device, low_offset, (uint32_t)address);
  hwc_write(device, low_offset + 4, (uint32_t)(address >> 32));
}

static void write_words(const struct hwc_device* device, uint32_t offset, const uint32_t* value,
                        uint32_t count) {
  for (uint32_t i = 0; i < count; i++) hwc_write(device, offset + 4 * i, value[i]);
}

static bool is_held(const struct stack_plan* plan, uint32_t tensor) {
  return plan->lines[tensor] != 0 && plan->width[tensor] != 0;
}

static void configure_region(const struct hwc_device* device, const struct stack* stack,
                             const struct stack_plan* plan, uint32_t number) {
  const struct hwc_stack_tensor* tensor = &stack->tensor[number];
  const bool rows = stack_inner(stack) == HWC_STACK_ROWS; /* along the inner axis */
  hwc_write(device, HWC_REGION, number);
  hwc_write(device, HWC_REGION_BASE, plan->region[number]);
  hwc_write(device, HWC_REGION_CHANNELS, tensor->channels);
  hwc_write(device, HWC_REGION_LINES, rows ? plan->lines[number] : plan->width[number]);
  hwc_write(device, HWC_REGION_COLUMNS, rows ? plan->width[number] : plan->lines[number]);
  write_address(device, HWC_REGION_MEMORY_LO, tensor->address);
  write_words(device, HWC_REGION_STRIDE, tensor->stride, 4);
}

static void configure_axes(const struct hwc_device* device, const struct hwc_stack_operator* op,
                           const struct hwc_stack_tensor* input) {
  static const struct {
    uint32_t stride, dilation, pad, end;
  } offset[2] = {{HWC_STRIDE_Y, HWC_DILATION_Y, HWC_PAD_Y, HWC_END_Y},
                 {HWC_STRIDE_X, HWC_DILATION_X, HWC_PAD_X, HWC_END_X}};
  for (uint32_t axis = 0; axis < 2; axis++) {
    hwc_write(device, offset[axis].stride, op->stride[axis]);
    hwc_write(device, offset[axis].dilation, op->dilation[axis]);
    hwc_write(device, offset[axis].pad, op->pad[axis]);
    hwc_write(device, offset[axis].end, input->lines[axis]);
  }
}

static void configure_input(const struct hwc_device* device, const struct stack_plan* plan, uint32_t tensor,
                            uint32_t groups, uint32_t channels) {
  if (!is_held(plan, tensor)) return; /* all that is read of it is padding: no extent, as after the reset */
  const uint32_t extent[5] = {1, groups, channels, 1, 1};
  write_words(device, HWC_INPUT_EXTENT, extent, 5);
  hwc_write(device, HWC_INPUT_REGION, tensor);
}

/* Where outputs go from `first` channel of the output on; they have `channels` in a group. */
static void configure_output(const struct hwc_device* device, const struct stack* stack,
                             const struct stack_plan* plan, uint32_t op, uint32_t first, uint32_t channels) {
  const uint32_t number = stack->op[op].output;
  const struct hwc_stack_tensor* tensor = &stack->tensor[number];
  hwc_write(device, HWC_CHANNELS, channels);
  if (op != stack_last(stack)) {
    if (!is_held(plan, number)) return; /* never runs */
    hwc_write(device, HWC_OUTPUT_REGION, number);
    hwc_write(device, HWC_OUTPUT_CHANNEL, first);
    return;
  }
  write_address(device, HWC_OUTPUT_BASE_LO, tensor->address + (uint64_t)first * tensor->stride[1]);
  const uint32_t stride[5] = {tensor->stride[0], channels * tensor->stride[1], tensor->stride[1],
                              tensor->stride[2], tensor->stride[3]};
  write_words(device, HWC_OUTPUT_STRIDE, stride, 5);
}

static uint32_t unsigned_types(const struct hwc_stack_tensor* input, const struct hwc_stack_tensor* output) {
  return (input->type == HWC_UINT8 ? HWC_TYPES_INPUT_UNSIGNED_MASK : 0) |
         (output->type == HWC_UINT8 ? HWC_TYPES_OUTPUT_UNSIGNED_MASK : 0);
}

static void configure_numbers(const struct hwc_device* device, const struct hwc_stack_operator* op) {
  hwc_write(device, HWC_INPUT_ZERO, (uint32_t)op->input_zero);
  hwc_write(device, HWC_OUTPUT_ZERO, (uint32_t)op->output_zero);
  hwc_write(device, HWC_OUTPUT_MIN, (uint32_t)op->output_min);
  hwc_write(device, HWC_OUTPUT_MAX, (uint32_t)op->output_max);
  write_address(device, HWC_PARAMS_BASE_LO, op->params);
}

static void configure_convolution(const struct hwc_device* device, const struct stack* stack,
                                  const struct stack_plan* plan, uint32_t number) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const uint32_t tensor = stack->input[op->first_input];
  const struct hwc_stack_tensor* input = &stack->tensor[tensor];
  const struct hwc_stack_tensor* output = &stack->tensor[op->output];
  const uint32_t in_channels = input->channels / op->group;
  const uint32_t out_channels = output->channels / op->group;
  hwc_write(device, HWC_TYPES,
            unsigned_types(input, output) | (op->relu ? HWC_TYPES_RELU_MASK : 0) |
                (op->requantization == HWC_SINGLE_PRECISION ? HWC_TYPES_SINGLE_PRECISION_MASK : 0));
  configure_axes(device, op, input);
  configure_input(device, plan, tensor, op->group, in_channels);
  configure_output(device, stack, plan, number, 0, out_channels);
  configure_numbers(device, op);
  hwc_write(device, HWC_PARAMS_COUNT, output->channels);

  write_address(device, HWC_WEIGHT_BASE_LO, op->weight);
  const uint32_t window = op->kernel[0] * op->kernel[1];
  const uint32_t weight_stride[5] = {out_channels * in_channels * window, in_channels * window, window,
                                     op->kernel[1], 1};
  write_words(device, HWC_WEIGHT_STRIDE, weight_stride, 5);
  const uint32_t whole[5] = {op->group, out_channels, in_channels, op->kernel[0], op->kernel[1]};
  const uint32_t portion[5] = {op->tile[0], op->tile[1], op->tile[2], op->kernel[0], op->kernel[1]};
  write_words(device, HWC_WEIGHT_EXTENT, op->resident == HWC_STACK_RESIDENT ? whole : portion, 5);
  if (op->resident == HWC_STACK_DOUBLE_BUFFERED) hwc_write(device, HWC_WEIGHT_SLOTS, 2);
  hwc_write(device, HWC_WEIGHT_BUFFER, plan->weights[number]);

  const bool rows = stack_inner(stack) == HWC_STACK_ROWS;
  const uint32_t width = plan->width[op->output];
  const uint32_t extent[5] = {1, op->tile[0], op->tile[1], rows ? plan->piece[number] : width,
                              rows ? width : plan->piece[number]};
  if (plan->piece[number] != 0) write_words(device, HWC_OUTPUT_EXTENT, extent, 5);
  hwc_write(device, HWC_OUTPUT_BUFFER, 0);
}

/* Part `part` of an operator of the vector engine, whose outputs begin at channel `first`. */
static void configure_vector(const struct hwc_device* device, const struct stack* stack,
                             const struct stack_plan* plan, uint32_t number, uint32_t part, uint32_t first) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const uint32_t tensor = stack->input[op->first_input + part];
  const struct hwc_stack_tensor* input = &stack->tensor[tensor];
  hwc_write(device, HWC_TYPES, unsigned_types(input, &stack->tensor[op->output]));
  configure_axes(device, op, input);
  configure_input(device, plan, tensor, input->channels, 1);
  if (op->input_count == 2 && op->operation != HWC_COPY && is_held(plan, tensor))
    hwc_write(device, HWC_SECOND_REGION, stack->input[op->first_input + 1]);
  configure_output(device, stack, plan, number, first, 1);
  configure_numbers(device, op);
  hwc_write(device, HWC_VECTOR_OPERATION, op->operation << HWC_VECTOR_OPERATION_OPERATION_LSB);
  hwc_write(device, HWC_SECOND_ZERO, (uint32_t)op->second_zero);
  write_words(device, HWC_SCALE, op->scale, 3);
  hwc_write(device, HWC_FIXED, op->fixed);
  hwc_write(device, HWC_WINDOW_COUNT, op->window_count);
}

void stack_configure(const struct hwc_device* device, const struct stack* stack,
                     const struct stack_plan* plan, uint32_t first_context[HWC_STACK_MAX_OPERATORS]) {
  hwc_write(device, HWC_CONTROL, HWC_CONTROL_RESET_MASK);
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    if (is_held(plan, t)) configure_region(device, stack, plan, t);
  }
  uint32_t context = 0;
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const struct hwc_stack_operator* op = &stack->op[i];
    first_context[i] = context;
    uint32_t first = 0; /* output channel */
    for (uint32_t part = 0; part < stack_contexts_of(op); part++) {
      hwc_write(device, HWC_CONTEXT, context++);
      if (op->operation == HWC_CONVOLUTION) {
        configure_convolution(device, stack, plan, i);
      } else {
        configure_vector(device, stack, plan, i, part, first);
        first += stack->tensor[stack->input[op->first_input + part]].channels;
      }
    }
  }
}
