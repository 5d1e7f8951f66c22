/* Runs a stack of operators on the HWC. */
#pragma once

#include <stdint.h>

#include "sw/console.h"
#include "sw/job.h"

/* Reads the stack at `address` (struct hwc_stack), runs it to its end, and fills `status`. */
void stack_run(const struct console* console, uint64_t address, struct hwc_status* status);
