/*
 * The job descriptor and the status block: what the host puts into memory for the firmware, and what the
 * firmware answers. Little-endian, naturally aligned, the same on the host and on the control processor. See
 * docs/firmware.md.
 */
#pragma once

#include <stdint.h>

#define HWC_JOB_MAGIC 0x314a5748u /* "HWJ1" */
#define HWC_JOB_MAX_LOOPS 64u
#define HWC_JOB_MAX_BLOCK 256u
/* A descriptor may end behind `params`: what is left out is 0, and the limits are those of the type. */
#define HWC_JOB_SHORT_BYTES 704u
#define HWC_STATUS_MAGIC 0x31535748u /* "HWS1" */
#define HWC_LIST_MAGIC 0x314c5748u   /* "HWL1" */
#define HWC_LIST_MAX_JOBS 65536u
#define HWC_LIST_NO_JOB 0xffffffffu

/* Dimensions of the nest, in the order of the HWC's TILE registers. */
enum hwc_dim { HWC_B, HWC_G, HWC_K, HWC_C, HWC_OY, HWC_OX, HWC_FY, HWC_FX, HWC_DIMS };

/* Tensors that have a buffer. */
enum hwc_tensor { HWC_INPUT, HWC_WEIGHT, HWC_OUTPUT, HWC_TENSORS };

/* Orders of a tensor in memory, the innermost dimension last; see docs/bursts.md. Numbers from 2 to
 * HWC_JOB_MAX_BLOCK are NCHW in blocks of so many channels, which stand innermost. */
enum hwc_layout { HWC_NCHW = 0, HWC_NHWC = 1 };

enum hwc_type { HWC_INT8 = 0, HWC_INT16 = 1, HWC_INT32 = 2, HWC_UINT8 = 3 };

/* What a job does; see docs/hwc-programming.md for the arithmetic. All but convolutions run on the vector
 * engine. */
enum hwc_operation {
  HWC_CONVOLUTION = 0,
  HWC_MAX,
  HWC_AVERAGE,
  HWC_SUM,
  HWC_ADD,
  HWC_SUBTRACT,
  HWC_MULTIPLY,
  HWC_TABLE,
  HWC_COPY,
  HWC_OPERATIONS
};

/* How accumulators of convolutions become outputs. */
enum hwc_requantization { HWC_FIXED_POINT = 0, HWC_SINGLE_PRECISION = 1 };

struct hwc_loop {
  uint32_t dim;  /* enum hwc_dim */
  uint32_t tile; /* elements */
};

struct hwc_job {
  uint32_t magic;
  uint32_t size_bytes; /* sizeof(struct hwc_job), or HWC_JOB_SHORT_BYTES */
  uint32_t crc32;      /* CRC-32 (IEEE 802.3, as zlib) of all bytes after this field */

  uint32_t relu; /* 0 or 1 */

  /* Layer, in elements, named as in its JSON. Axis pairs are {rows, columns}. */
  uint32_t batch;
  uint32_t in_channels;
  uint32_t in_height;
  uint32_t in_width;
  uint32_t out_channels;
  uint32_t kernel_shape[2];
  uint32_t strides[2];
  uint32_t dilations[2];
  uint32_t pads[4]; /* top, left, bottom, right */
  uint32_t group;
  uint32_t input_type;       /* enum hwc_type: int8, uint8 or int16 */
  uint32_t weight_type;      /* int8 or int16 */
  uint32_t output_type;      /* int8, int16 or int32; in single precision int8 or uint8 */
  uint32_t accumulator_type; /* int32 or int16 */

  /* Schedule. */
  uint32_t loop_count;
  struct hwc_loop loops[HWC_JOB_MAX_LOOPS];
  uint32_t buffer_level[HWC_TENSORS];
  uint32_t double_buffer[HWC_TENSORS]; /* 0 or 1 */
  uint32_t input_sliding;              /* 1 sliding, 0 reload */

  /* Memory. Tensors lie dense in their order (of weights, N are the output channels and C the input channels
     of a group); psum has the shape and order of the output with accumulator elements; params are biases,
     and multipliers and shifts or scales, as the HWC's PARAMS_BASE describes. */
  uint32_t layout[HWC_TENSORS]; /* enum hwc_layout, or channels of a block */
  uint32_t reserved;            /* 0 */
  uint64_t hwc;                 /* the accelerator's registers */
  uint64_t input;
  uint64_t weight;
  uint64_t output;
  uint64_t psum;
  uint64_t params;

  /* Integers and what they stand for: real = scale * (q - zero). */
  uint32_t requantization; /* enum hwc_requantization; single precision to 8 bits from int32 accumulators */
  int32_t input_zero;      /* of operand 0, and what padding is; of inputs of 8 bits */
  int32_t output_zero;     /* of convolutions in single precision only, like the limits, else 0 */
  int32_t output_min;      /* that of the type where it is above; INT32_MIN: no other */
  int32_t output_max;      /* likewise, INT32_MAX */

  /* The vector engine. Operations of two operands have them at channels 0 and 1 of each group of the input;
     operand 1 may be weights of one row and column instead. */
  uint32_t operation;           /* enum hwc_operation */
  int32_t second_zero;          /* of operand 1 */
  uint32_t swapped;             /* 1: operand 0 lies where operand 1 would */
  uint32_t second_from_weights; /* 0 or 1 */
  uint32_t window_count;        /* average: 0 divides by the elements that exist */
  uint32_t scale[3];            /* bits in single precision */
  uint32_t fixed;               /* likewise */

  /* Bytes between neighbours in memory along B, G, C or K, Y and X, for a tensor that is part of a larger
     one; all 0: dense in its layout. */
  uint32_t memory_stride_input[5];
  uint32_t memory_stride_output[5];
  /* Of the output's K axis, with strides given: elements of a block, and bytes from block to block; the
     stride is then that within a block. 0: it does not lie in blocks. */
  uint32_t memory_blocks_output[2];
};

/* How a job ended. */
enum hwc_job_result {
  HWC_JOB_DONE = 0,
  HWC_JOB_BAD_MAGIC = 1,    /* detail[0]: the magic found */
  HWC_JOB_BAD_SIZE = 2,     /* detail[0]: the size found */
  HWC_JOB_BAD_CRC = 3,      /* detail[0]: computed, detail[1]: found */
  HWC_JOB_BAD_LAYER = 4,    /* detail[0]: byte offset of the field in struct hwc_job (also `hwc`, off a word),
                               detail[1]: its value */
  HWC_JOB_BAD_SCHEDULE = 5, /* likewise */
  HWC_JOB_DOES_NOT_FIT = 6, /* detail[0]: bytes needed (saturated), detail[1]: bytes there */
  HWC_JOB_HWC_MISSING = 7,  /* detail[0]: what stands in the accelerator's ID register */
  HWC_JOB_HWC_ERROR = 8,    /* detail[0]: the accelerator's ERROR, detail[1]: its ERROR_INFO */
  HWC_JOB_TOO_LARGE =
      9, /* a stride or count needs more than 32 bits; detail[0]: byte offset of the field nearest to it */
  HWC_JOB_TOO_MANY_CHANNELS = 10, /* detail[0]: output channels, detail[1]: MAX_CHANNELS of the accelerator */
  HWC_JOB_HWCE_ERROR = 11,        /* detail[0]: the HWCE's ERROR, detail[1]: its ERROR_INFO */
  HWC_JOB_BAD_LIST = 12, /* detail[0]: byte offset of the field in struct hwc_list, detail[1]: its value; of
                           an entry's address the offset of `entries` and the low word of the address */
  /* Of stacks (sw/stack_job.h). */
  HWC_JOB_BAD_STACK = 13,   /* detail[0]: byte offset of the field in the descriptor, detail[1]: its value */
  HWC_JOB_BAD_WINDOWS = 14, /* lines would have to come back, or are left that nobody asks for; detail[0]: the
                               tensor, detail[1]: a line of it */
  HWC_JOB_TOO_MANY_CONTEXTS = 15, /* detail[0]: contexts needed, detail[1]: there */
  HWC_JOB_TOO_MANY_REGIONS = 16   /* detail[0]: tensors, detail[1]: regions there */
};

struct hwc_status {
  uint32_t magic;  /* HWC_STATUS_MAGIC once the block is complete */
  uint32_t result; /* enum hwc_job_result */
  uint32_t detail[2];
  uint32_t load_commands;
  uint32_t compute_commands;
  uint32_t store_commands;
  uint32_t sleeps;          /* times the processor waited for an interrupt */
  uint32_t vector_commands; /* written by jobs of the vector engine, others leave the word as it is */
};

/* Jobs that run one after the other, up to the first that fails. A descriptor of its own kind, posted like a
 * job. */
struct hwc_list {
  uint32_t magic;      /* HWC_LIST_MAGIC */
  uint32_t size_bytes; /* sizeof(struct hwc_list) */
  uint32_t crc32;      /* CRC-32 of all bytes after this field; the entries are not covered */
  uint32_t count;      /* 1 to HWC_LIST_MAX_JOBS */
  uint64_t entries;    /* address of that many struct hwc_list_entry, a multiple of 4 */
};

/* Bus addresses, multiples of 4. */
struct hwc_list_entry {
  uint64_t job;    /* descriptor of a job for either accelerator */
  uint64_t status; /* where its struct hwc_status goes once it has ended */
};

/* The status block of a list. */
struct hwc_list_status {
  struct hwc_status total; /* commands and sleeps of all jobs; how the list ended: as the job that failed did,
                              or why it was refused */
  uint32_t jobs_done;
  uint32_t failed_job; /* index, or HWC_LIST_NO_JOB */
};
