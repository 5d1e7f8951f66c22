/* The firmware's entry points. It keeps no state outside its stack, so several instances can live in one
 * process. */
#pragma once

#include <stdint.h>

#include "sw/console.h"
#include "sw/hal.h"
#include "sw/job.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Serves jobs for ever: sleeps until the mailbox's doorbell, runs the job, writes the status block, reports
 * done. */
void firmware_main(const struct hal* hal, uint64_t mailbox);

/* Reads the job or the stack (sw/stack_job.h) at `job_address` over the console's bus, runs it to its end,
   and fills `status` (magic included). */
void firmware_run_job(const struct console* console, uint64_t job_address, struct hwc_status* status);

#ifdef __cplusplus
}
#endif
