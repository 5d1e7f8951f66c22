// The job descriptor of a layer.
#pragma once

#include "platform/placement/tensor_placement.h"
#include "schedules/nest/schedule.h"
#include "sw/job.h"

namespace hwcvp {

// The descriptor with its CRC for a legal schedule of a legal layer whose tensors lie as placed, in these
// layouts.
hwc_job make_job(const Layer& layer, const Schedule& schedule, bool relu, const TensorPlacement& placement,
                 const TensorLayouts& layouts = {});

// The CRC that a descriptor must carry.
uint32_t job_crc32(const hwc_job& job);

}  // namespace hwcvp
