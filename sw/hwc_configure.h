/* Describes a layer and its buffers to the HWC. */
#pragma once

#include "sw/buffer_plan.h"
#include "sw/hwc_device.h"
#include "sw/job.h"
#include "sw/layer_geometry.h"

/* Resets the HWC and writes every register of the configuration. */
void hwc_configure(const struct hwc_device* device, const struct hwc_job* job,
                   const struct layer_geometry* geometry, const struct buffer_plan* plan);
