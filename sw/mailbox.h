/* The mailbox between host and firmware. */
#pragma once

#include <stdint.h>

#include "sw/hal.h"

/* Sleeps until the host rings, and takes the doorbell back. Returns the level at which the host wants the job
   logged (enum log_level). */
uint32_t mailbox_wait(const struct hal* hal, uint64_t mailbox);

/* Addresses that the host has left there. */
uint64_t mailbox_job_address(const struct hal* hal, uint64_t mailbox);
uint64_t mailbox_status_address(const struct hal* hal, uint64_t mailbox);

/* Tells the host how many jobs of a list are done and answered. */
void mailbox_report_progress(const struct hal* hal, uint64_t mailbox, uint32_t jobs_done);

/* Tells the host that the status block is complete. */
void mailbox_report_done(const struct hal* hal, uint64_t mailbox);
