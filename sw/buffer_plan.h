/* How much buffer a schedule needs. */
#pragma once

#include <stdint.h>

#include "sw/job.h"
#include "sw/layer_geometry.h"
#include "sw/nest.h"

struct buffer_plan {
  uint32_t extent[HWC_TENSORS]
                 [TENSOR_AXES]; /* the largest that any region has on each axis; 0 where all are empty */
  uint64_t bytes;               /* of all slots of all tensors; UINT64_MAX if that or more */
};

/* Plans the buffers for a nest at its first position. Takes no more steps than the nest has leaves. */
void buffer_plan(const struct hwc_job* job, const struct layer_geometry* geometry, const struct nest* nest,
                 struct buffer_plan* plan);
