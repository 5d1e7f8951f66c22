/* How a step of the firmware ended: passed on unchanged until it stands in the status block. */
#pragma once

#include <stdint.h>

#include "sw/job.h"

struct outcome {
  uint32_t result; /* enum hwc_job_result */
  uint32_t detail[2];
};

static inline struct outcome outcome_done(void) {
  struct outcome outcome = {HWC_JOB_DONE, {0, 0}};
  return outcome;
}

static inline struct outcome outcome_failed(uint32_t result, uint32_t detail0, uint32_t detail1) {
  struct outcome outcome = {result, {detail0, detail1}};
  return outcome;
}
