#include "sw/operation_check.h"

#include <stdbool.h>
#include <stddef.h>

#include "sw/operation.h"

#define MAX_BLOCK 0xffffu /* of the HWC's registers */

#define FIELD(name) ((uint32_t)offsetof(struct hwc_job, name))

static struct outcome bad_layer(uint32_t field, uint32_t value) {
  return outcome_failed(HWC_JOB_BAD_LAYER, field, value);
}

static int32_t least_of(uint32_t type) { return type == HWC_UINT8 ? 0 : -128; }
static int32_t most_of(uint32_t type) { return type == HWC_UINT8 ? 255 : 127; }
static bool is_of(uint32_t type, int32_t value) { return value >= least_of(type) && value <= most_of(type); }

static struct outcome check_types(const struct hwc_job* job) {
  if (job->relu != 0) return bad_layer(FIELD(relu), job->relu); /* limits say it */
  if (!type_is_byte(job->input_type)) return bad_layer(FIELD(input_type), job->input_type);
  if (!type_is_byte(job->output_type)) return bad_layer(FIELD(output_type), job->output_type);
  if (job->second_from_weights && job->weight_type != job->input_type) {
    return bad_layer(FIELD(weight_type), job->weight_type);
  }
  if (job->accumulator_type != HWC_INT32) return bad_layer(FIELD(accumulator_type), job->accumulator_type);
  return outcome_done();
}

/* Channels of the input in a group, and elements of the window. */
static struct outcome check_operands(const struct hwc_job* job) {
  const uint32_t channels = job_of_two(job) && !job->second_from_weights ? 2 : 1;
  const bool any_number = job_accumulates(job);
  if (!any_number && job->in_channels / job->group != channels) {
    return bad_layer(FIELD(in_channels), job->in_channels);
  }
  if (any_number || job->operation == HWC_AVERAGE) return outcome_done();
  for (uint32_t axis = 0; axis < 2; axis++) {
    if (job->kernel_shape[axis] != 1)
      return bad_layer(FIELD(kernel_shape) + 4 * axis, job->kernel_shape[axis]);
  }
  return outcome_done();
}

static struct outcome check_integers(const struct hwc_job* job) {
  if (!is_of(job->input_type, job->input_zero))
    return bad_layer(FIELD(input_zero), (uint32_t)job->input_zero);
  if (!is_of(job->input_type, job->second_zero)) {
    return bad_layer(FIELD(second_zero), (uint32_t)job->second_zero);
  }
  if (!is_of(job->output_type, job->output_zero)) {
    return bad_layer(FIELD(output_zero), (uint32_t)job->output_zero);
  }
  return limits_check(job);
}

struct outcome limits_check(const struct hwc_job* job) {
  if (job->output_max < least_of(job->output_type)) {
    return bad_layer(FIELD(output_max), (uint32_t)job->output_max);
  }
  if (job->output_min > job->output_max || job->output_min > most_of(job->output_type)) {
    return bad_layer(FIELD(output_min), (uint32_t)job->output_min);
  }
  return outcome_done();
}

static bool is_number(uint32_t single) { return (single & 0x7f800000u) != 0x7f800000u; }

static struct outcome check_factors(const struct hwc_job* job) {
  for (uint32_t i = 0; i < 3; i++) {
    if (!is_number(job->scale[i])) return bad_layer(FIELD(scale) + 4 * i, job->scale[i]);
  }
  if (!is_number(job->fixed)) return bad_layer(FIELD(fixed), job->fixed);
  return outcome_done();
}

/* Strides that the host gives leave no blocks of channels. */
static bool any(const uint32_t stride[5]) {
  return (stride[0] | stride[1] | stride[2] | stride[3] | stride[4]) != 0;
}

static bool may_be_part(const uint32_t stride[5], uint32_t layout) {
  return !any(stride) || layout <= HWC_NHWC;
}

struct outcome operation_check(const struct hwc_job* job) {
  if (!may_be_part(job->memory_stride_input, job->layout[HWC_INPUT])) {
    return bad_layer(FIELD(layout) + 4 * HWC_INPUT, job->layout[HWC_INPUT]);
  }
  if (!may_be_part(job->memory_stride_output, job->layout[HWC_OUTPUT])) {
    return bad_layer(FIELD(layout) + 4 * HWC_OUTPUT, job->layout[HWC_OUTPUT]);
  }
  const uint32_t block = job->memory_blocks_output[0];
  if (block > MAX_BLOCK || (block != 0 && !any(job->memory_stride_output))) {
    return bad_layer(FIELD(memory_blocks_output), block);
  }
  if (job->operation >= HWC_OPERATIONS) return bad_layer(FIELD(operation), job->operation);
  const uint32_t most = job_of_two(job) ? 1 : 0;
  if (job->swapped > most) return bad_layer(FIELD(swapped), job->swapped);
  if (job->second_from_weights > most) return bad_layer(FIELD(second_from_weights), job->second_from_weights);
  if (job_is_convolution(job)) return outcome_done();
  struct outcome outcome = check_types(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_operands(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_integers(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_factors(job);
  return outcome;
}

struct outcome operation_check_schedule(const struct hwc_job* job, const uint32_t extent[HWC_DIMS]) {
  for (uint32_t i = 0; i < job->loop_count; i++) {
    const struct hwc_loop* loop = &job->loops[i];
    const bool of_window = loop->dim == HWC_C || loop->dim == HWC_FY || loop->dim == HWC_FX;
    if (!of_window || loop->tile == extent[loop->dim]) continue;
    const size_t field = offsetof(struct hwc_job, loops) + sizeof *loop * i + offsetof(struct hwc_loop, tile);
    return outcome_failed(HWC_JOB_BAD_SCHEDULE, (uint32_t)field, loop->tile);
  }
  return outcome_done();
}
