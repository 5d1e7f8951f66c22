/* Runs a job for whichever accelerator it is, and answers it. */
#pragma once

#include <stdint.h>

#include "sw/console.h"
#include "sw/hal.h"
#include "sw/job.h"

/* Runs the job at `job_address`, whose magic word is `magic`, logs how it ended, and leaves `status` at
 * `status_address` too. */
void serve_job(const struct console* console, uint32_t magic, uint64_t job_address, uint64_t status_address,
               struct hwc_status* status);

/* Writes a status block, its magic word last. */
void write_status(const struct hal* hal, uint64_t address, const struct hwc_status* status);
