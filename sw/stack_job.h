/*
 * The descriptor of a stack: operators that run together, some lines at a time, so that what lies between
 * them stays in the accelerator's buffer. Posted like a job, alone or in a list, and answered by a struct
 * hwc_status. Little-endian, naturally aligned. docs/stacks.md defines what moves, docs/firmware.md the
 * checks.
 *
 * In memory: struct hwc_stack, then its tensors, its operators, and for all operators one after the other the
 * tensors that they read (uint32_t each). All tensors have elements of 8 bits; weights are int8, accumulators
 * int32.
 */
#pragma once

#include <stdint.h>

#define HWC_STACK_MAGIC 0x31545748u /* "HWT1" */
#define HWC_STACK_MAX_TENSORS 160u
#define HWC_STACK_MAX_OPERATORS 128u
#define HWC_STACK_MAX_INPUTS 320u

enum hwc_stack_axis { HWC_STACK_ROWS, HWC_STACK_COLUMNS };

/* How a convolution's weights come: for each piece again; once, to stay; for each piece again into two
 * buffers by turns, so that a portion comes while the one before is used. */
enum hwc_stack_weights { HWC_STACK_STREAMED, HWC_STACK_RESIDENT, HWC_STACK_DOUBLE_BUFFERED };

struct hwc_stack {
  uint32_t magic;
  uint32_t size_bytes; /* of all parts */
  uint32_t crc32;      /* CRC-32 of all bytes after this field */
  uint32_t batch;      /* images, gone through one after the other */
  uint32_t tensor_count;
  uint32_t operator_count; /* two or more */
  uint32_t input_count;    /* of all operators */
  uint32_t outer_axis;     /* enum hwc_stack_axis, of the last operator's output */
  uint32_t outer_tile;     /* lines of a strip */
  uint32_t inner_tile;     /* lines of a step */
  uint64_t hwc;            /* the accelerator's registers */
};

/* A tensor that no operator of the stack makes is loaded. The output of the last is written, and of others
 * those that are stored. */
struct hwc_stack_tensor {
  uint32_t channels;
  uint32_t lines[2];  /* rows, columns */
  uint32_t type;      /* HWC_INT8 or HWC_UINT8 */
  uint32_t stored;    /* 1: written as it is made */
  uint32_t reserved;  /* 0 */
  uint64_t address;   /* of those that are loaded or written */
  uint32_t stride[4]; /* bytes from image to image, channel to channel, row to row, column to column */
};

/* Axis pairs are {rows, columns}. The window of output line o on an axis begins at input line o * stride -
 * pad and has `kernel` lines that are `dilation` apart; those that do not exist are padding. Operations of
 * one line take kernels and strides of 1; all of an axis is a kernel of as many lines as there are. */
struct hwc_stack_operator {
  uint32_t operation;   /* enum hwc_operation; HWC_COPY joins the channels of its inputs */
  uint32_t first_input; /* in the list of inputs */
  uint32_t input_count;
  uint32_t output; /* tensor; made by no other */
  uint32_t kernel[2];
  uint32_t stride[2];
  uint32_t dilation[2];
  uint32_t pad[2];   /* top, left */
  uint32_t group;    /* of convolutions, else 1 */
  uint32_t piece;    /* lines made at once, 0: all that is asked for; of the last operator 0 */
  uint32_t resident; /* of convolutions: enum hwc_stack_weights; else 0 */
  uint32_t tile[3];  /* of convolutions: groups, output and input channels of a group at a time; else 0 */

  /* As in struct hwc_job. Operand 0 of two is the first input. */
  uint32_t requantization;
  uint32_t relu;
  int32_t input_zero;
  int32_t second_zero;
  int32_t output_zero;
  int32_t output_min;
  int32_t output_max;
  uint32_t window_count;
  uint32_t scale[3];
  uint32_t fixed;
  uint64_t weight; /* dense in the order of groups, output channels, input channels, rows, columns */
  uint64_t params;
};
