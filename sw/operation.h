/* What follows from the operation of a job: which engine it is for, and which of the tensors there are. */
#pragma once

#include <stdbool.h>

#include "sw/compiler.h"
#include "sw/job.h"

/* Whether the descriptor ends before what operations of the vector engine need: a dense convolution. */
FW_INLINE bool job_is_short(const struct hwc_job* job) { return job->size_bytes == HWC_JOB_SHORT_BYTES; }

FW_INLINE bool job_is_convolution(const struct hwc_job* job) { return job->operation == HWC_CONVOLUTION; }

/* Operations of two operands. */
FW_INLINE bool job_of_two(const struct hwc_job* job) {
  return job->operation >= HWC_ADD && job->operation <= HWC_MULTIPLY;
}

FW_INLINE bool job_has_weights(const struct hwc_job* job) {
  return job_is_convolution(job) || job->second_from_weights != 0;
}

/* Constants that LOAD_PARAMS brings. */
FW_INLINE bool job_has_params(const struct hwc_job* job) {
  return job_is_convolution(job) || job->operation == HWC_TABLE;
}

/* Whether several commands may work on the same outputs one after the other. */
FW_INLINE bool job_accumulates(const struct hwc_job* job) {
  return job_is_convolution(job) || job->operation == HWC_MAX || job->operation == HWC_SUM;
}

/* Types of 8 bits. */
FW_INLINE bool type_is_byte(uint32_t type) { return type == HWC_INT8 || type == HWC_UINT8; }
