/* Legality of a layer and its schedule, whatever the host has checked before. */
#pragma once

#include "sw/job.h"
#include "sw/outcome.h"

/* Sizes between 1 and 2^31 - 1, channels divisible by group, kernel inside the padded input, types and flags
   that exist. Fails with BAD_LAYER. */
struct outcome job_check_layer(const struct hwc_job* job);

/* Loop count, dimensions, tiles within the extent left, levels and flags; `extent` is that of each dimension.
   Fails with BAD_SCHEDULE. */
struct outcome job_check_schedule(const struct hwc_job* job, const uint32_t extent[HWC_DIMS]);
