/* Fetches a job descriptor and proves it intact. */
#pragma once

#include <stdint.h>

#include "sw/hal.h"
#include "sw/job.h"
#include "sw/outcome.h"

/* Reads the descriptor at `address` word by word. Fails with BAD_MAGIC, BAD_SIZE or BAD_CRC; `job` is then
 * unspecified. */
struct outcome job_read(const struct hal* hal, uint64_t address, struct hwc_job* job);
