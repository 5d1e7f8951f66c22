/* What follows from a layer alone: extents of the nest's dimensions, grids of the input's axes, strides in
 * memory. */
#pragma once

#include <stdint.h>

#include "sw/job.h"
#include "sw/outcome.h"

#define TENSOR_AXES 5

/* Rows or columns of the input. Coordinates are input lines, or, where the kernel's whole extent is 1, output
   lines: lines in the gaps of a stride then take neither buffer nor traffic. */
struct input_axis {
  uint32_t stride;
  uint32_t dilation;
  uint32_t pad;
  uint32_t first; /* first coordinate that exists */
  uint32_t end;   /* one past the last; not above `first` if none exists */
};

/* A tensor in memory: where its element (0, 0, 0, 0, 0) lies, and bytes between neighbours along each axis of
 * the HWC. */
struct tensor_layout {
  uint64_t base;
  uint32_t stride[TENSOR_AXES]; /* on the axis in blocks, within a block */
  uint32_t block_axis;
  uint32_t block;        /* elements; 0: no axis lies in blocks */
  uint32_t block_stride; /* bytes from block to block */
};

struct layer_geometry {
  uint32_t extent[HWC_DIMS];
  struct input_axis input_axis[2]; /* rows, columns */
  uint32_t
      element_bytes[HWC_TENSORS]; /* in the buffers: those of the output are accumulators; 0: there is none */
  struct tensor_layout input, weight, output, psum;
};

/* Derives the geometry of a layer that job_check_layer() passed. Fails with TOO_LARGE where an extent or a
   stride needs more bits than the HWC's registers have. */
struct outcome layer_geometry(const struct hwc_job* job, struct layer_geometry* geometry);
