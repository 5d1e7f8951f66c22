#include "sw/hwc_configure.h"

#include <stdbool.h>

#include "sw/operation.h"

static void write_address(const struct hwc_device* device, uint32_t low_offset, uint64_t address) {
  hwc_write(device, low_offset, (uint32_t)address);
  hwc_write(device, low_offset + 4, (uint32_t)(address >> 32));
}

static void write_axes(const struct hwc_device* device, uint32_t offset, const uint32_t value[TENSOR_AXES]) {
  for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) hwc_write(device, offset + 4 * axis, value[axis]);
}

/* Unsigned types have the code of the signed ones and a bit of their own. */
static uint32_t type_code(uint32_t type) { return type == HWC_UINT8 ? HWC_INT8 : type; }

static uint32_t unsigned_types(const struct hwc_job* job) {
  return (job->input_type == HWC_UINT8 ? HWC_TYPES_INPUT_UNSIGNED_MASK : 0) |
         (job->output_type == HWC_UINT8 ? HWC_TYPES_OUTPUT_UNSIGNED_MASK : 0);
}

static uint32_t convolution_types(const struct hwc_job* job) {
  return type_code(job->input_type) << HWC_TYPES_INPUT_LSB | job->weight_type << HWC_TYPES_WEIGHT_LSB |
         type_code(job->output_type) << HWC_TYPES_OUTPUT_LSB |
         (job->accumulator_type == HWC_INT16 ? HWC_TYPES_ACCUMULATOR_MASK : 0) |
         (job->relu ? HWC_TYPES_RELU_MASK : 0) |
         (job->requantization == HWC_SINGLE_PRECISION ? HWC_TYPES_SINGLE_PRECISION_MASK : 0) |
         unsigned_types(job);
}

static void configure_vector(const struct hwc_device* device, const struct hwc_job* job) {
  hwc_write(device, HWC_VECTOR_OPERATION,
            job->operation << HWC_VECTOR_OPERATION_OPERATION_LSB |
                (job->swapped ? HWC_VECTOR_OPERATION_SWAPPED_MASK : 0) |
                (job->second_from_weights ? HWC_VECTOR_OPERATION_SECOND_FROM_WEIGHTS_MASK : 0));
  hwc_write(device, HWC_SECOND_ZERO, (uint32_t)job->second_zero);
  for (uint32_t i = 0; i < HWC_SCALE_COUNT; i++) hwc_write(device, HWC_SCALE + 4 * i, job->scale[i]);
  hwc_write(device, HWC_FIXED, job->fixed);
  hwc_write(device, HWC_WINDOW_COUNT, job->window_count);
}

static void configure_geometry(const struct hwc_device* device, const struct hwc_job* job,
                               const struct layer_geometry* geometry) {
  hwc_write(device, HWC_TYPES, job_is_convolution(job) ? convolution_types(job) : unsigned_types(job));
  static const struct {
    uint32_t stride, dilation, pad, first, end;
  } offset[2] = {{HWC_STRIDE_Y, HWC_DILATION_Y, HWC_PAD_Y, HWC_FIRST_Y, HWC_END_Y},
                 {HWC_STRIDE_X, HWC_DILATION_X, HWC_PAD_X, HWC_FIRST_X, HWC_END_X}};
  for (uint32_t axis = 0; axis < 2; axis++) {
    const struct input_axis* input = &geometry->input_axis[axis];
    hwc_write(device, offset[axis].stride, input->stride);
    hwc_write(device, offset[axis].dilation, input->dilation);
    hwc_write(device, offset[axis].pad, input->pad);
    hwc_write(device, offset[axis].first, input->first);
    hwc_write(device, offset[axis].end, input->end);
  }
  hwc_write(device, HWC_CHANNELS, geometry->extent[HWC_K]);
}

static void configure_numbers(const struct hwc_device* device, const struct hwc_job* job) {
  const bool plain = job_is_convolution(job) && job->requantization == HWC_FIXED_POINT;
  if (plain && job->input_zero == 0) return; /* as after the reset */
  hwc_write(device, HWC_INPUT_ZERO, (uint32_t)job->input_zero);
  hwc_write(device, HWC_OUTPUT_ZERO, (uint32_t)job->output_zero);
  hwc_write(device, HWC_OUTPUT_MIN, (uint32_t)job->output_min);
  hwc_write(device, HWC_OUTPUT_MAX, (uint32_t)job->output_max);
}

static void configure_memory(const struct hwc_device* device, uint32_t base, uint32_t stride, uint32_t blocks,
                             const struct tensor_layout* layout) {
  write_address(device, base, layout->base);
  write_axes(device, stride, layout->stride);
  if (layout->block == 0) return; /* as after the reset */
  hwc_write(device, blocks,
            layout->block << HWC_INPUT_BLOCKS_SIZE_LSB | layout->block_axis << HWC_INPUT_BLOCKS_AXIS_LSB);
  hwc_write(device, blocks + 4, layout->block_stride);
}

static void configure_tensors(const struct hwc_device* device, const struct hwc_job* job,
                              const struct layer_geometry* geometry, const struct buffer_plan* plan) {
  static const struct {
    uint32_t base, stride, blocks, extent, slots;
  } offset[HWC_TENSORS] = {
      {HWC_INPUT_BASE_LO, HWC_INPUT_STRIDE, HWC_INPUT_BLOCKS, HWC_INPUT_EXTENT, HWC_INPUT_SLOTS},
      {HWC_WEIGHT_BASE_LO, HWC_WEIGHT_STRIDE, HWC_WEIGHT_BLOCKS, HWC_WEIGHT_EXTENT, HWC_WEIGHT_SLOTS},
      {HWC_OUTPUT_BASE_LO, HWC_OUTPUT_STRIDE, HWC_OUTPUT_BLOCKS, HWC_OUTPUT_EXTENT, HWC_OUTPUT_SLOTS}};
  const struct tensor_layout* layout[HWC_TENSORS] = {&geometry->input, &geometry->weight, &geometry->output};
  for (uint32_t tensor = 0; tensor < HWC_TENSORS; tensor++) {
    configure_memory(device, offset[tensor].base, offset[tensor].stride, offset[tensor].blocks,
                     layout[tensor]);
    write_axes(device, offset[tensor].extent, plan->extent[tensor]);
    hwc_write(device, offset[tensor].slots, 1 + job->double_buffer[tensor]);
  }
  configure_memory(device, HWC_PSUM_BASE_LO, HWC_PSUM_STRIDE, HWC_PSUM_BLOCKS, &geometry->psum);
  write_address(device, HWC_PARAMS_BASE_LO, job->params);
  /* A table has no channels. */
  if (job_is_convolution(job)) hwc_write(device, HWC_PARAMS_COUNT, job->out_channels);
}

void hwc_configure(const struct hwc_device* device, const struct hwc_job* job,
                   const struct layer_geometry* geometry, const struct buffer_plan* plan) {
  hwc_write(device, HWC_CONTROL, HWC_CONTROL_RESET_MASK);
  configure_geometry(device, job, geometry);
  configure_numbers(device, job);
  configure_tensors(device, job, geometry, plan);
  if (!job_is_convolution(job)) configure_vector(device, job);
}
