// The machine as the latency model sees it.
#pragma once

#include "platform/config/config.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/latency/machine_timing.h"

namespace hwcvp {

// What the latency model needs of the machine, for tensors in these layouts.
MachineTiming machine_timing(const PlatformConfig& config, const TensorLayouts& layouts);
// With the layouts of the platform file.
MachineTiming machine_timing(const PlatformConfig& config);

}  // namespace hwcvp
