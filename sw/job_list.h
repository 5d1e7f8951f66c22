/* Runs the jobs of a list, one after the other. */
#pragma once

#include <stdint.h>

#include "sw/console.h"

/* Reads the list at `list_address` (struct hwc_list), runs its jobs in order up to the first that fails,
 * answers each in its own status block and tells the mailbox how many are done, and leaves the list's status
 * (struct hwc_list_status) at `status_address`. */
void job_list_run(const struct console* console, uint64_t list_address, uint64_t status_address);
