// Bytes moved over the time of a job.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/common/traffic_count.h"

namespace hwcvp {

// Bytes moved in a window of time.
struct BandwidthSample {
  uint64_t window = 0;                                 // windows since the start of the job
  std::array<uint64_t, kTrafficClassCount> tensors{};  // by the accelerators, by class
  uint64_t control = 0;                                // by the control processor
  uint64_t tensor_bytes() const;
};

// Over the time of a job; windows in which nothing moved are left out.
struct BandwidthSeries {
  double start_seconds = 0;   // simulated time
  double window_seconds = 0;  // the last one may be longer than what is left of the job
  std::vector<BandwidthSample> samples;
};

}  // namespace hwcvp
