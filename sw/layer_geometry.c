#include "sw/layer_geometry.h"

#include <stdbool.h>
#include <stddef.h>

#include "sw/operation.h"

#define FIELD(name) ((uint32_t)offsetof(struct hwc_job, name))
#define MAX_EXTENT 0x7fffffffu

static uint32_t type_bytes(uint32_t type) { return type == HWC_UINT8 ? 1u : 1u << type; }

/* A dense tensor as far as it is laid out, from the innermost dimension on. */
struct dense {
  uint64_t bytes; /* saturated */
  bool representable;
};

/* Adds a dimension and gives its stride. One of one element is never stepped along, so that its stride need
 * not be representable. */
static uint32_t dense_add(struct dense* dense, uint32_t extent) {
  const uint64_t stride = dense->bytes;
  if (stride > UINT32_MAX && extent > 1) dense->representable = false;
  if (__builtin_mul_overflow(stride, extent, &dense->bytes)) dense->bytes = UINT64_MAX;
  return stride > UINT32_MAX ? 0 : (uint32_t)stride;
}

/* Axes common to all tensors; the first two are batch and group, or group and output channel. */
enum { OUTER, GROUP, CHANNEL, ROW, COLUMN };

static void lay_out_in_order(const uint8_t order[TENSOR_AXES], const uint32_t extent[TENSOR_AXES],
                             struct dense* dense, struct tensor_layout* layout) {
  for (uint32_t i = 0; i < TENSOR_AXES; i++) layout->stride[order[i]] = dense_add(dense, extent[order[i]]);
  layout->block = 0;
}

/* NCHW in blocks of `block` channels, innermost. Where `across` groups a block may hold whole groups; it then
   is groups that lie in blocks. */
static void lay_out_in_blocks(uint32_t block, bool across, const uint32_t extent[TENSOR_AXES],
                              struct dense* dense, struct tensor_layout* layout) {
  const bool groups = across && extent[GROUP] > 1 && extent[CHANNEL] < block;
  const uint32_t axis = groups ? GROUP : CHANNEL;
  if (groups) layout->stride[CHANNEL] = dense_add(dense, extent[CHANNEL]);
  const uint32_t size = groups ? block / extent[CHANNEL] : block;
  layout->stride[axis] = dense_add(dense, size);
  layout->stride[COLUMN] = dense_add(dense, extent[COLUMN]);
  layout->stride[ROW] = dense_add(dense, extent[ROW]);
  layout->block_stride = dense_add(dense, (extent[axis] - 1) / size + 1);
  if (!groups) layout->stride[GROUP] = dense_add(dense, extent[GROUP]);
  layout->stride[OUTER] = dense_add(dense, extent[OUTER]);
  /* Blocks of one pixel follow one another like elements, and need not be told apart. */
  layout->block_axis = axis;
  layout->block = extent[ROW] == 1 && extent[COLUMN] == 1 ? 0 : size;
}

/* Fills in all but the base; false where a stride is not representable. */
static bool lay_out(uint32_t order, bool filters, const uint32_t extent[TENSOR_AXES], uint32_t element_bytes,
                    struct tensor_layout* layout) {
  static const uint8_t nchw[TENSOR_AXES] = {COLUMN, ROW, CHANNEL, GROUP, OUTER};
  static const uint8_t nhwc[TENSOR_AXES] = {CHANNEL, GROUP, COLUMN, ROW, OUTER};
  static const uint8_t nhwc_filters[TENSOR_AXES] = {CHANNEL, COLUMN, ROW, GROUP, OUTER};
  struct dense dense = {element_bytes, true};
  layout->block_axis = 0;
  layout->block_stride = 0;
  if (order > HWC_NHWC) {
    lay_out_in_blocks(order, !filters, extent, &dense, layout);
  } else {
    lay_out_in_order(order == HWC_NCHW ? nchw : filters ? nhwc_filters : nhwc, extent, &dense, layout);
  }
  return dense.representable;
}

static struct input_axis make_input_axis(const struct hwc_job* job, uint32_t axis, uint32_t in,
                                         uint32_t out) {
  const uint32_t stride = job->strides[axis];
  const uint32_t pad = job->pads[axis];
  if (job->kernel_shape[axis] > 1) {
    struct input_axis input = {stride, job->dilations[axis], pad, 0, in};
    return input;
  }
  /* Output line o meets input line o*stride - pad: the first that exists is at or after 0, the last before
   * `in`. */
  const uint64_t first = ((uint64_t)pad + stride - 1) / stride;
  const uint64_t end = ((uint64_t)pad + in - 1) / stride + 1;
  struct input_axis output = {1, 1, 0, (uint32_t)(first < out ? first : out),
                              (uint32_t)(end < out ? end : out)};
  return output;
}

/* Multiplies the stride of a subsampled axis and moves the base, so that the axis can be counted in output
 * lines. */
static bool subsample(const struct hwc_job* job, uint32_t axis, struct tensor_layout* input) {
  if (job->kernel_shape[axis] > 1) return true;
  uint32_t* stride = &input->stride[3 + axis];
  input->base -= (uint64_t)job->pads[axis] * *stride;
  const uint64_t bytes = (uint64_t)*stride * job->strides[axis];
  *stride = (uint32_t)bytes;
  return bytes <= UINT32_MAX;
}

/* Strides that the host gives, for a tensor that is part of a larger one. */
static void override_strides(const uint32_t given[TENSOR_AXES], struct tensor_layout* layout) {
  uint32_t any = 0;
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) any |= given[axis];
  if (any == 0) return;
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) layout->stride[axis] = given[axis];
}

static void override_blocks(const uint32_t given[2], struct tensor_layout* layout) {
  if (given[0] == 0) return;
  layout->block_axis = CHANNEL;
  layout->block = given[0];
  layout->block_stride = given[1];
}

static struct outcome too_large(uint32_t field) { return outcome_failed(HWC_JOB_TOO_LARGE, field, 0); }

static struct outcome make_layouts(const struct hwc_job* job, struct layer_geometry* geometry) {
  const uint32_t* extent = geometry->extent;
  const uint32_t input[TENSOR_AXES] = {extent[HWC_B], extent[HWC_G], extent[HWC_C], job->in_height,
                                       job->in_width};
  const uint32_t weight[TENSOR_AXES] = {extent[HWC_G], extent[HWC_K], extent[HWC_C], extent[HWC_FY],
                                        extent[HWC_FX]};
  const uint32_t output[TENSOR_AXES] = {extent[HWC_B], extent[HWC_G], extent[HWC_K], extent[HWC_OY],
                                        extent[HWC_OX]};

  geometry->input.base = job->input;
  geometry->weight.base = job->weight;
  geometry->output.base = job->output;
  geometry->psum.base = job->psum;
  const uint32_t* order = job->layout;
  if (!lay_out(order[HWC_INPUT], false, input, type_bytes(job->input_type), &geometry->input)) {
    return too_large(FIELD(in_channels));
  }
  if (!lay_out(order[HWC_WEIGHT], true, weight, type_bytes(job->weight_type), &geometry->weight)) {
    return too_large(FIELD(kernel_shape));
  }
  if (!lay_out(order[HWC_OUTPUT], false, output, type_bytes(job->output_type), &geometry->output)) {
    return too_large(FIELD(out_channels));
  }
  if (!lay_out(order[HWC_OUTPUT], false, output, type_bytes(job->accumulator_type), &geometry->psum)) {
    return too_large(FIELD(out_channels));
  }
  if (!job_is_short(job)) {
    override_strides(job->memory_stride_input, &geometry->input);
    override_strides(job->memory_stride_output, &geometry->output);
    override_blocks(job->memory_blocks_output, &geometry->output);
  }
  for (uint32_t axis = 0; axis < 2; axis++) {
    if (!subsample(job, axis, &geometry->input)) return too_large(FIELD(strides) + 4 * axis);
  }
  return outcome_done();
}

struct outcome layer_geometry(const struct hwc_job* job, struct layer_geometry* geometry) {
  const uint32_t in[2] = {job->in_height, job->in_width};
  static const uint32_t in_field[2] = {FIELD(in_height), FIELD(in_width)};
  for (uint32_t axis = 0; axis < 2; axis++) {
    const uint64_t padded = (uint64_t)in[axis] + job->pads[axis] + job->pads[axis + 2];
    const uint64_t kernel = (uint64_t)job->dilations[axis] * (job->kernel_shape[axis] - 1) + 1;
    const uint64_t out = (padded - kernel) / job->strides[axis] + 1;
    if (out > MAX_EXTENT) return too_large(in_field[axis]);
    geometry->extent[HWC_OY + axis] = (uint32_t)out;
    geometry->extent[HWC_FY + axis] = job->kernel_shape[axis];
    geometry->input_axis[axis] = make_input_axis(job, axis, in[axis], (uint32_t)out);
  }
  geometry->extent[HWC_B] = job->batch;
  geometry->extent[HWC_G] = job->group;
  geometry->extent[HWC_K] = job->out_channels / job->group;
  geometry->extent[HWC_C] = job->in_channels / job->group;
  geometry->element_bytes[HWC_INPUT] = type_bytes(job->input_type);
  geometry->element_bytes[HWC_WEIGHT] = job_has_weights(job) ? type_bytes(job->weight_type) : 0;
  geometry->element_bytes[HWC_OUTPUT] = type_bytes(job->accumulator_type);
  return make_layouts(job, geometry);
}
