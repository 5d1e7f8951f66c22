/* Checks the descriptor of a layer for the HWCE. */
#pragma once

#include "sw/hwce_job.h"
#include "sw/outcome.h"

/* Fails with BAD_LAYER and the field, however the host came by it. */
struct outcome hwce_job_check(const struct hwce_job* job);
