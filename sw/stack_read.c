#include <stddef.h>

#include "sw/crc32.h"
#include "sw/job.h"
#include "sw/stack.h"

#define HEAD(name) ((uint32_t)offsetof(struct hwc_stack, name))
#define TENSOR(name) ((uint32_t)offsetof(struct hwc_stack_tensor, name))
#define OPERATOR(name) ((uint32_t)offsetof(struct hwc_stack_operator, name))

#define MAX_SIZE 0x3fffffffu /* products of two leave room in 64 bits */

enum { MAGIC, SIZE, CRC, FIRST_COVERED }; /* words of a descriptor */

_Static_assert(sizeof(struct hwc_stack) == 48 && sizeof(struct hwc_stack_tensor) == 48 &&
                   sizeof(struct hwc_stack_operator) == 136,
               "the descriptor has the same layout everywhere, without padding");
_Static_assert(offsetof(struct hwc_stack, crc32) == 4 * CRC, "descriptors begin in the same way");

static struct outcome bad(uint32_t offset, uint32_t value) {
  return outcome_failed(HWC_JOB_BAD_STACK, offset, value);
}

static uint32_t tensor_offset(uint32_t tensor, uint32_t field) {
  return (uint32_t)sizeof(struct hwc_stack) + (uint32_t)sizeof(struct hwc_stack_tensor) * tensor + field;
}

static uint32_t operator_offset(const struct stack* stack, uint32_t op, uint32_t field) {
  return tensor_offset(stack->head.tensor_count, (uint32_t)sizeof(struct hwc_stack_operator) * op + field);
}

static uint32_t input_offset(const struct stack* stack, uint32_t use) {
  return operator_offset(stack, stack->head.operator_count, (uint32_t)sizeof(uint32_t) * use);
}

/* Reads `count` words to `to`, and adds them to a CRC from word `covered` on. */
static uint32_t read_words(const struct hal* hal, uint64_t address, uint32_t* to, size_t count,
                           size_t covered, uint32_t remainder) {
  for (size_t i = 0; i < count; i++) {
    to[i] = hal_read32(hal, address + 4 * i);
    if (i >= covered) remainder = crc32_add_word(remainder, to[i]);
  }
  return remainder;
}

union head_words {
  struct hwc_stack head;
  uint32_t word[sizeof(struct hwc_stack) / sizeof(uint32_t)];
};
union tensor_words {
  struct hwc_stack_tensor tensor;
  uint32_t word[sizeof(struct hwc_stack_tensor) / sizeof(uint32_t)];
};
union operator_words {
  struct hwc_stack_operator op;
  uint32_t word[sizeof(struct hwc_stack_operator) / sizeof(uint32_t)];
};

static struct outcome read_parts(const struct hal* hal, uint64_t address, struct stack* stack) {
  union head_words head;
  const size_t head_words = sizeof head.word / sizeof head.word[0];
  for (size_t i = 0; i < FIRST_COVERED; i++) head.word[i] = hal_read32(hal, address + 4 * i);
  if (head.word[MAGIC] != HWC_STACK_MAGIC) return outcome_failed(HWC_JOB_BAD_MAGIC, head.word[MAGIC], 0);
  if (head.word[SIZE] < sizeof head) return outcome_failed(HWC_JOB_BAD_SIZE, head.word[SIZE], 0);
  uint32_t remainder = read_words(hal, address, head.word, head_words, FIRST_COVERED, CRC32_INITIAL);
  stack->head = head.head;

  /* Before the CRC is known these must not lead further than there is room. */
  if (head.head.tensor_count < 2 || head.head.tensor_count > HWC_STACK_MAX_TENSORS)
    return bad(HEAD(tensor_count), head.head.tensor_count);
  if (head.head.operator_count < 2 || head.head.operator_count > HWC_STACK_MAX_OPERATORS)
    return bad(HEAD(operator_count), head.head.operator_count);
  if (head.head.input_count > HWC_STACK_MAX_INPUTS) return bad(HEAD(input_count), head.head.input_count);
  if (head.head.size_bytes != input_offset(stack, head.head.input_count))
    return outcome_failed(HWC_JOB_BAD_SIZE, head.head.size_bytes, 0);

  address += sizeof head;
  for (uint32_t i = 0; i < stack->head.tensor_count; i++) {
    union tensor_words words;
    const size_t count = sizeof words.word / sizeof words.word[0];
    remainder = read_words(hal, address, words.word, count, 0, remainder);
    stack->tensor[i] = words.tensor;
    address += sizeof words;
  }
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    union operator_words words;
    const size_t count = sizeof words.word / sizeof words.word[0];
    remainder = read_words(hal, address, words.word, count, 0, remainder);
    stack->op[i] = words.op;
    address += sizeof words;
  }
  remainder = read_words(hal, address, stack->input, stack->head.input_count, 0, remainder);
  const uint32_t computed = crc32_finish(remainder);
  if (computed != stack->head.crc32) return outcome_failed(HWC_JOB_BAD_CRC, computed, stack->head.crc32);
  return outcome_done();
}

static bool size_is_good(uint32_t value) { return value != 0 && value <= MAX_SIZE; }
static bool is_byte(uint32_t type) { return type == HWC_INT8 || type == HWC_UINT8; }
static bool within(uint32_t type, int32_t number) {
  return type == HWC_UINT8 ? number >= 0 && number <= 255 : number >= -128 && number <= 127;
}

static struct outcome check_head(const struct hwc_stack* head) {
  if (!size_is_good(head->batch)) return bad(HEAD(batch), head->batch);
  if (head->outer_axis > HWC_STACK_COLUMNS) return bad(HEAD(outer_axis), head->outer_axis);
  if (!size_is_good(head->outer_tile)) return bad(HEAD(outer_tile), head->outer_tile);
  if (!size_is_good(head->inner_tile)) return bad(HEAD(inner_tile), head->inner_tile);
  if (head->hwc % 4 != 0) return bad(HEAD(hwc), (uint32_t)head->hwc);
  return outcome_done();
}

static struct outcome check_tensor(const struct hwc_stack_tensor* tensor, uint32_t number) {
  const uint32_t at = tensor_offset(number, 0);
  if (!size_is_good(tensor->channels)) return bad(at + TENSOR(channels), tensor->channels);
  for (uint32_t axis = 0; axis < 2; axis++) {
    if (!size_is_good(tensor->lines[axis])) return bad(at + TENSOR(lines) + 4 * axis, tensor->lines[axis]);
  }
  if (!is_byte(tensor->type)) return bad(at + TENSOR(type), tensor->type);
  if (tensor->stored > 1) return bad(at + TENSOR(stored), tensor->stored);
  if (tensor->reserved != 0) return bad(at + TENSOR(reserved), tensor->reserved);
  return outcome_done();
}

static bool of_two(uint32_t operation) {
  return operation == HWC_ADD || operation == HWC_SUBTRACT || operation == HWC_MULTIPLY;
}

/* Who makes and reads what. Operators come after those whose outputs they read. */
static struct outcome link_operator(struct stack* stack, uint32_t number) {
  const struct hwc_stack_operator* op = &stack->op[number];
  if (op->operation >= HWC_OPERATIONS)
    return bad(operator_offset(stack, number, OPERATOR(operation)), op->operation);
  const uint32_t counted = of_two(op->operation) ? 2 : 1;
  const bool joins = op->operation == HWC_COPY;
  if (op->first_input > stack->head.input_count)
    return bad(operator_offset(stack, number, OPERATOR(first_input)), op->first_input);
  if ((joins ? op->input_count == 0 : op->input_count != counted) ||
      op->input_count > stack->head.input_count - op->first_input) {
    return bad(operator_offset(stack, number, OPERATOR(input_count)), op->input_count);
  }
  if (op->output >= stack->head.tensor_count || stack->maker[op->output] != STACK_NO_OPERATOR ||
      stack->first_use[op->output] != STACK_NO_USE) {
    return bad(operator_offset(stack, number, OPERATOR(output)), op->output);
  }
  for (uint32_t i = 0; i < op->input_count; i++) {
    const uint32_t use = op->first_input + i;
    const uint32_t tensor = stack->input[use];
    if (tensor >= stack->head.tensor_count || tensor == op->output ||
        stack->next_use[use] != STACK_NO_USE - 1)
      return bad(input_offset(stack, use), tensor);
    stack->next_use[use] = stack->first_use[tensor];
    stack->first_use[tensor] = use;
  }
  stack->maker[op->output] = number;
  return outcome_done();
}

static struct outcome link_operators(struct stack* stack) {
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    stack->maker[t] = STACK_NO_OPERATOR;
    stack->first_use[t] = STACK_NO_USE;
  }
  for (uint32_t use = 0; use < stack->head.input_count; use++)
    stack->next_use[use] = STACK_NO_USE - 1; /* of none yet */
  for (uint32_t i = 0; i < stack->head.operator_count; i++) {
    const struct outcome outcome = link_operator(stack, i);
    if (outcome.result != HWC_JOB_DONE) return outcome;
  }
  for (uint32_t use = 0; use < stack->head.input_count; use++) {
    if (stack->next_use[use] == STACK_NO_USE - 1) return bad(input_offset(stack, use), stack->input[use]);
  }
  for (uint32_t t = 0; t < stack->head.tensor_count; t++) {
    const bool is_last = t == stack->op[stack_last(stack)].output;
    const bool read = stack->first_use[t] != STACK_NO_USE;
    const uint32_t maker = stack->maker[t];
    /* The last output is read by none, all others by someone. */
    if (read == is_last) {
      return maker == STACK_NO_OPERATOR ? bad(tensor_offset(t, 0), t)
                                        : bad(operator_offset(stack, maker, OPERATOR(output)), t);
    }
    if (stack->tensor[t].stored != 0 && (is_last || maker == STACK_NO_OPERATOR))
      return bad(tensor_offset(t, TENSOR(stored)), 1);
  }
  return outcome_done();
}

static struct outcome check_limits(const struct stack* stack, uint32_t number, uint32_t type) {
  const struct hwc_stack_operator* op = &stack->op[number];
  if (!within(type, op->output_zero))
    return bad(operator_offset(stack, number, OPERATOR(output_zero)), (uint32_t)op->output_zero);
  const int32_t least = type == HWC_UINT8 ? 0 : -128;
  const int32_t most = type == HWC_UINT8 ? 255 : 127;
  if (op->output_max < least)
    return bad(operator_offset(stack, number, OPERATOR(output_max)), (uint32_t)op->output_max);
  if (op->output_min > op->output_max || op->output_min > most)
    return bad(operator_offset(stack, number, OPERATOR(output_min)), (uint32_t)op->output_min);
  return outcome_done();
}

/* The accelerator takes strides of 32 bits: those of weights, and from group to group of the last output. */
static struct outcome check_strides(const struct stack* stack, uint32_t number, uint32_t out_channels,
                                    uint32_t in_channels) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const uint64_t window = (uint64_t)op->kernel[0] * op->kernel[1];
  uint64_t filter;
  uint64_t weights;
  if (__builtin_mul_overflow(window, in_channels, &filter) ||
      __builtin_mul_overflow(filter, out_channels, &weights) || filter > UINT32_MAX ||
      (op->group > 1 && weights > UINT32_MAX)) {
    return outcome_failed(HWC_JOB_TOO_LARGE, operator_offset(stack, number, OPERATOR(weight)), 0);
  }
  const uint64_t outputs = (uint64_t)stack->tensor[op->output].stride[1] * out_channels;
  if (number == stack_last(stack) && op->group > 1 && outputs > UINT32_MAX)
    return outcome_failed(HWC_JOB_TOO_LARGE, tensor_offset(op->output, TENSOR(stride) + 4), 0);
  return outcome_done();
}

static struct outcome check_convolution(const struct stack* stack, uint32_t number) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const struct hwc_stack_tensor* in = &stack->tensor[stack->input[op->first_input]];
  const struct hwc_stack_tensor* out = &stack->tensor[op->output];
  if (op->group == 0 || in->channels % op->group != 0 || out->channels % op->group != 0)
    return bad(operator_offset(stack, number, OPERATOR(group)), op->group);
  const uint32_t most[3] = {op->group, out->channels / op->group, in->channels / op->group};
  for (uint32_t i = 0; i < 3; i++) {
    if (op->tile[i] == 0 || op->tile[i] > most[i])
      return bad(operator_offset(stack, number, OPERATOR(tile) + 4 * i), op->tile[i]);
  }
  const struct outcome strides = check_strides(stack, number, most[1], most[2]);
  if (strides.result != HWC_JOB_DONE) return strides;
  if (op->requantization > HWC_SINGLE_PRECISION)
    return bad(operator_offset(stack, number, OPERATOR(requantization)), op->requantization);
  if (op->requantization == HWC_SINGLE_PRECISION) return check_limits(stack, number, out->type);
  /* By multiplier and shift outputs are int8, without zero point. */
  if (out->type != HWC_INT8) return bad(tensor_offset(op->output, TENSOR(type)), out->type);
  if (op->output_zero != 0)
    return bad(operator_offset(stack, number, OPERATOR(output_zero)), (uint32_t)op->output_zero);
  if (op->output_min != INT32_MIN)
    return bad(operator_offset(stack, number, OPERATOR(output_min)), (uint32_t)op->output_min);
  if (op->output_max != INT32_MAX)
    return bad(operator_offset(stack, number, OPERATOR(output_max)), (uint32_t)op->output_max);
  return outcome_done();
}

static bool is_number(uint32_t single) { return (single & 0x7f800000u) != 0x7f800000u; }

static struct outcome check_vector(const struct stack* stack, uint32_t number) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const struct hwc_stack_tensor* out = &stack->tensor[op->output];
  if (op->group != 1) return bad(operator_offset(stack, number, OPERATOR(group)), op->group);
  if (op->requantization != 0)
    return bad(operator_offset(stack, number, OPERATOR(requantization)), op->requantization);
  if (op->relu != 0) return bad(operator_offset(stack, number, OPERATOR(relu)), op->relu);
  for (uint32_t i = 0; i < 3; i++) {
    if (op->tile[i] != 0) return bad(operator_offset(stack, number, OPERATOR(tile) + 4 * i), op->tile[i]);
    if (!is_number(op->scale[i]))
      return bad(operator_offset(stack, number, OPERATOR(scale) + 4 * i), op->scale[i]);
  }
  if (!is_number(op->fixed)) return bad(operator_offset(stack, number, OPERATOR(fixed)), op->fixed);
  if (op->resident != 0) return bad(operator_offset(stack, number, OPERATOR(resident)), op->resident);
  const bool pools = op->operation == HWC_MAX || op->operation == HWC_AVERAGE || op->operation == HWC_SUM;
  uint64_t channels = 0;
  for (uint32_t i = 0; i < op->input_count; i++) {
    const uint32_t use = op->first_input + i;
    const struct hwc_stack_tensor* in = &stack->tensor[stack->input[use]];
    channels += in->channels;
    /* Operands have one type and the lines of the output; a copy changes no type. */
    const bool lines = pools || (in->lines[0] == out->lines[0] && in->lines[1] == out->lines[1]);
    const bool type = in->type == stack->tensor[stack->input[op->first_input]].type;
    const bool same = op->operation != HWC_COPY || in->type == out->type;
    const bool whole = op->operation == HWC_COPY || in->channels == out->channels;
    if (!lines || !type || !same || !whole) return bad(input_offset(stack, use), stack->input[use]);
    if (!within(in->type, op->second_zero))
      return bad(operator_offset(stack, number, OPERATOR(second_zero)), (uint32_t)op->second_zero);
  }
  if (op->operation == HWC_COPY && channels != out->channels)
    return bad(operator_offset(stack, number, OPERATOR(output)), op->output);
  for (uint32_t axis = 0; !pools && axis < 2; axis++) {
    if (op->kernel[axis] != 1)
      return bad(operator_offset(stack, number, OPERATOR(kernel) + 4 * axis), op->kernel[axis]);
    if (op->stride[axis] != 1)
      return bad(operator_offset(stack, number, OPERATOR(stride) + 4 * axis), op->stride[axis]);
    if (op->pad[axis] != 0)
      return bad(operator_offset(stack, number, OPERATOR(pad) + 4 * axis), op->pad[axis]);
  }
  return check_limits(stack, number, out->type);
}

static struct outcome check_operator(const struct stack* stack, uint32_t number) {
  const struct hwc_stack_operator* op = &stack->op[number];
  for (uint32_t axis = 0; axis < 2; axis++) {
    if (!size_is_good(op->kernel[axis]))
      return bad(operator_offset(stack, number, OPERATOR(kernel) + 4 * axis), op->kernel[axis]);
    if (!size_is_good(op->stride[axis]))
      return bad(operator_offset(stack, number, OPERATOR(stride) + 4 * axis), op->stride[axis]);
    if (!size_is_good(op->dilation[axis]))
      return bad(operator_offset(stack, number, OPERATOR(dilation) + 4 * axis), op->dilation[axis]);
    if (op->pad[axis] > MAX_SIZE)
      return bad(operator_offset(stack, number, OPERATOR(pad) + 4 * axis), op->pad[axis]);
  }
  if (op->piece > MAX_SIZE || (number == stack_last(stack) && op->piece != 0))
    return bad(operator_offset(stack, number, OPERATOR(piece)), op->piece);
  if (op->relu > 1) return bad(operator_offset(stack, number, OPERATOR(relu)), op->relu);
  if (op->resident > HWC_STACK_DOUBLE_BUFFERED)
    return bad(operator_offset(stack, number, OPERATOR(resident)), op->resident);
  const uint32_t type = stack->tensor[stack->input[op->first_input]].type;
  if (!within(type, op->input_zero))
    return bad(operator_offset(stack, number, OPERATOR(input_zero)), (uint32_t)op->input_zero);
  return op->operation == HWC_CONVOLUTION ? check_convolution(stack, number) : check_vector(stack, number);
}

struct outcome stack_read(const struct hal* hal, uint64_t address, struct stack* stack) {
  struct outcome outcome = read_parts(hal, address, stack);
  if (outcome.result == HWC_JOB_DONE) outcome = check_head(&stack->head);
  for (uint32_t i = 0; outcome.result == HWC_JOB_DONE && i < stack->head.tensor_count; i++)
    outcome = check_tensor(&stack->tensor[i], i);
  if (outcome.result == HWC_JOB_DONE) outcome = link_operators(stack);
  for (uint32_t i = 0; outcome.result == HWC_JOB_DONE && i < stack->head.operator_count; i++)
    outcome = check_operator(stack, i);
  return outcome;
}

struct lines stack_window(const struct stack* stack, uint32_t number, uint32_t input, uint32_t axis,
                          struct lines outputs) {
  const struct hwc_stack_operator* op = &stack->op[number];
  const int64_t extent = stack->tensor[stack->input[op->first_input + input]].lines[axis];
  struct lines window = {0, 0};
  if (lines_none(outputs)) return window;
  const int64_t first = (int64_t)outputs.start * op->stride[axis] - op->pad[axis];
  const int64_t reach = (int64_t)(op->kernel[axis] - 1) * op->dilation[axis];
  const int64_t end = (int64_t)(outputs.end - 1) * op->stride[axis] + reach - op->pad[axis] + 1;
  const int64_t clipped_first = first < 0 ? 0 : first;
  const int64_t clipped_end = end > extent ? extent : end;
  if (clipped_first >= clipped_end) return window;
  window.start = (uint32_t)clipped_first;
  window.end = (uint32_t)clipped_end;
  return window;
}
