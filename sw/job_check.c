#include "sw/job_check.h"

#include <stdbool.h>
#include <stddef.h>

#include "sw/operation.h"
#include "sw/operation_check.h"

#define MAX_SIZE 0x7fffffffu

#define FIELD(name) ((uint32_t)offsetof(struct hwc_job, name))

static struct outcome bad_layer(uint32_t field, uint32_t value) {
  return outcome_failed(HWC_JOB_BAD_LAYER, field, value);
}

static struct outcome bad_schedule(uint32_t field, uint32_t value) {
  return outcome_failed(HWC_JOB_BAD_SCHEDULE, field, value);
}

/* The word of the descriptor at a byte offset. */
static uint32_t field_value(const struct hwc_job* job, uint32_t field) {
  return *(const uint32_t*)(const void*)((const unsigned char*)job + field);
}

static struct outcome check_sizes(const struct hwc_job* job) {
  static const uint32_t positive[] = {FIELD(batch),
                                      FIELD(in_channels),
                                      FIELD(in_height),
                                      FIELD(in_width),
                                      FIELD(out_channels),
                                      FIELD(kernel_shape),
                                      FIELD(strides),
                                      FIELD(kernel_shape) + sizeof(uint32_t),
                                      FIELD(strides) + sizeof(uint32_t),
                                      FIELD(dilations),
                                      FIELD(dilations) + sizeof(uint32_t),
                                      FIELD(group)};
  for (size_t i = 0; i < sizeof positive / sizeof positive[0]; i++) {
    const uint32_t value = field_value(job, positive[i]);
    if (value == 0 || value > MAX_SIZE) return bad_layer(positive[i], value);
  }
  for (uint32_t i = 0; i < 4; i++) {
    if (job->pads[i] > MAX_SIZE) return bad_layer(FIELD(pads) + 4 * i, job->pads[i]);
  }
  return outcome_done();
}

static struct outcome check_convolution_types(const struct hwc_job* job) {
  if (job->relu > 1) return bad_layer(FIELD(relu), job->relu);
  if (job->input_type > HWC_INT16 && job->input_type != HWC_UINT8)
    return bad_layer(FIELD(input_type), job->input_type);
  if (job->weight_type > HWC_INT16) return bad_layer(FIELD(weight_type), job->weight_type);
  if (job->requantization > HWC_SINGLE_PRECISION)
    return bad_layer(FIELD(requantization), job->requantization);
  const bool output_type = job->requantization == HWC_SINGLE_PRECISION
                               ? job->output_type == HWC_INT8 || job->output_type == HWC_UINT8
                               : job->output_type <= HWC_INT32;
  if (!output_type) return bad_layer(FIELD(output_type), job->output_type);
  if (job->accumulator_type != HWC_INT16 && job->accumulator_type != HWC_INT32) {
    return bad_layer(FIELD(accumulator_type), job->accumulator_type);
  }
  /* Raw accumulators leave as int32 only, and only those are taken to single precision. */
  const bool wide = job->output_type == HWC_INT32 || job->requantization == HWC_SINGLE_PRECISION;
  if (wide && job->accumulator_type != HWC_INT32) {
    return bad_layer(FIELD(accumulator_type), job->accumulator_type);
  }
  return outcome_done();
}

/* Numbers of a type of 8 bits; of others there is no zero point but 0. */
static bool within(int32_t number, uint32_t type) {
  if (type == HWC_UINT8) return number >= 0 && number <= 255;
  return type == HWC_INT8 ? number >= -128 && number <= 127 : number == 0;
}

static struct outcome check_convolution_numbers(const struct hwc_job* job) {
  if (!within(job->input_zero, job->input_type))
    return bad_layer(FIELD(input_zero), (uint32_t)job->input_zero);
  if (job->requantization == HWC_SINGLE_PRECISION) {
    if (!within(job->output_zero, job->output_type))
      return bad_layer(FIELD(output_zero), (uint32_t)job->output_zero);
    return limits_check(job);
  }
  if (job->output_zero != 0) return bad_layer(FIELD(output_zero), (uint32_t)job->output_zero);
  if (job->output_min != INT32_MIN) return bad_layer(FIELD(output_min), (uint32_t)job->output_min);
  if (job->output_max != INT32_MAX) return bad_layer(FIELD(output_max), (uint32_t)job->output_max);
  return outcome_done();
}

static struct outcome check_shape(const struct hwc_job* job) {
  if (job->in_channels % job->group != 0) return bad_layer(FIELD(in_channels), job->in_channels);
  if (job->out_channels % job->group != 0) return bad_layer(FIELD(out_channels), job->out_channels);
  const uint32_t in[2] = {job->in_height, job->in_width};
  for (uint32_t axis = 0; axis < 2; axis++) {
    const uint64_t padded = (uint64_t)in[axis] + job->pads[axis] + job->pads[axis + 2];
    const uint64_t kernel = (uint64_t)job->dilations[axis] * (job->kernel_shape[axis] - 1) + 1;
    if (kernel > padded) return bad_layer(FIELD(kernel_shape) + 4 * axis, job->kernel_shape[axis]);
  }
  return outcome_done();
}

/* Blocks of the channels of an image hold whole groups, or groups hold whole blocks. */
static bool blocks_fit(uint32_t layout, uint32_t channels, uint32_t groups) {
  if (layout <= HWC_NHWC || groups == 1) return true;
  return channels < layout ? layout % channels == 0 : channels % layout == 0;
}

static struct outcome check_layouts(const struct hwc_job* job) {
  for (uint32_t tensor = 0; tensor < HWC_TENSORS; tensor++) {
    const uint32_t layout = job->layout[tensor];
    const uint32_t channels = tensor == HWC_INPUT ? job->in_channels : job->out_channels;
    const bool fits = tensor == HWC_WEIGHT || blocks_fit(layout, channels / job->group, job->group);
    if (layout > HWC_JOB_MAX_BLOCK || !fits) return bad_layer(FIELD(layout) + 4 * tensor, layout);
  }
  if (job->reserved != 0) return bad_layer(FIELD(reserved), job->reserved);
  return outcome_done();
}

struct outcome job_check_layer(const struct hwc_job* job) {
  struct outcome outcome = check_sizes(job);
  if (outcome.result == HWC_JOB_DONE && job_is_convolution(job)) outcome = check_convolution_types(job);
  if (outcome.result == HWC_JOB_DONE && job_is_convolution(job)) outcome = check_convolution_numbers(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_shape(job);
  if (outcome.result == HWC_JOB_DONE && !job_is_short(job)) outcome = operation_check(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_layouts(job);
  if (outcome.result == HWC_JOB_DONE && job->hwc % 4 != 0) {
    outcome = bad_layer(FIELD(hwc), (uint32_t)job->hwc); /* registers take aligned words only */
  }
  return outcome;
}

struct outcome job_check_schedule(const struct hwc_job* job, const uint32_t extent[HWC_DIMS]) {
  if (job->loop_count > HWC_JOB_MAX_LOOPS) return bad_schedule(FIELD(loop_count), job->loop_count);

  uint32_t left[HWC_DIMS];
  for (uint32_t dim = 0; dim < HWC_DIMS; dim++) left[dim] = extent[dim];
  for (uint32_t i = 0; i < job->loop_count; i++) {
    const struct hwc_loop* loop = &job->loops[i];
    const uint32_t field = FIELD(loops) + (uint32_t)sizeof(struct hwc_loop) * i;
    if (loop->dim >= HWC_DIMS)
      return bad_schedule(field + (uint32_t)offsetof(struct hwc_loop, dim), loop->dim);
    if (loop->tile == 0 || loop->tile > left[loop->dim]) {
      return bad_schedule(field + (uint32_t)offsetof(struct hwc_loop, tile), loop->tile);
    }
    left[loop->dim] = loop->tile;
  }

  for (uint32_t tensor = 0; tensor < HWC_TENSORS; tensor++) {
    if (job->buffer_level[tensor] > job->loop_count) {
      return bad_schedule(FIELD(buffer_level) + 4 * tensor, job->buffer_level[tensor]);
    }
    if (job->double_buffer[tensor] > 1) {
      return bad_schedule(FIELD(double_buffer) + 4 * tensor, job->double_buffer[tensor]);
    }
  }
  if (job->input_sliding > 1) return bad_schedule(FIELD(input_sliding), job->input_sliding);
  return job_accumulates(job) ? outcome_done() : operation_check_schedule(job, extent);
}
