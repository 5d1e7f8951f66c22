/* Runs a layer on the HWCE. */
#pragma once

#include <stdint.h>

#include "sw/hal.h"
#include "sw/job.h"

/* Reads the descriptor (struct hwce_job) at `job_address` over the bus, runs it to its end, and fills
   `status` (magic included); compute_commands counts the jobs of the HWCE. */
void hwce_run_job(const struct hal* hal, uint64_t job_address, struct hwc_status* status);
