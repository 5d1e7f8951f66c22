#include "sw/operation_check.h"

#include <stdbool.h>
#include <stddef.h>

#include "sw/operation.h"

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
  if (job->output_min > job->output_max || job->output_min > most_of(job->output_type)) {
    return bad_layer(FIELD(output_min), (uint32_t)job->output_min);
  }
  if (job->output_max < least_of(job->output_type)) {
    return bad_layer(FIELD(output_max), (uint32_t)job->output_max);
  }
  return outcome_done();
}

struct outcome operation_check(const struct hwc_job* job) {
  if (job->operation >= HWC_OPERATIONS) return bad_layer(FIELD(operation), job->operation);
  const uint32_t most = job_of_two(job) ? 1 : 0;
  if (job->swapped > most) return bad_layer(FIELD(swapped), job->swapped);
  if (job->second_from_weights > most) return bad_layer(FIELD(second_from_weights), job->second_from_weights);
  if (job_is_convolution(job)) return outcome_done();
  struct outcome outcome = check_types(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_operands(job);
  if (outcome.result == HWC_JOB_DONE) outcome = check_integers(job);
  return outcome;
}

struct outcome operation_check_loop(const struct hwc_job* job, uint32_t loop, uint32_t left) {
  const uint32_t dim = job->loops[loop].dim;
  const uint32_t tile = job->loops[loop].tile;
  const bool of_window = dim == HWC_C || dim == HWC_FY || dim == HWC_FX;
  if (!of_window || tile == left) return outcome_done();
  return outcome_failed(
      HWC_JOB_BAD_SCHEDULE,
      FIELD(loops) + (uint32_t)(sizeof(struct hwc_loop) * loop + offsetof(struct hwc_loop, tile)), tile);
}
