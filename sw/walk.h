/* Walks a nest and has the HWC do it. */
#pragma once

#include <stdbool.h>

#include "sw/hwc_device.h"
#include "sw/job.h"
#include "sw/layer_geometry.h"
#include "sw/nest.h"

/* Issues every command of the job to a configured HWC and counts them in `status`. Returns false once the HWC
   reports an error; the last commands may still be under way when it returns true. */
bool walk_nest(const struct hwc_device* device, const struct hwc_job* job,
               const struct layer_geometry* geometry, struct nest* nest, struct hwc_status* status);
