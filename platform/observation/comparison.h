// The same layers on the HWC, with several sizes of its buffer, and on the HWCE, with several output maps at
// once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/observation/job_observation.h"
#include "platform/reference/output_check.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// What one accelerator did with one layer.
struct AcceleratorResult {
  Traffic predicted;
  JobObservation observed;
  OutputCheck output;

  bool match() const { return predicted == observed.traffic; }
  double average_bytes_per_second() const;
};

// The layers on one accelerator, in their order; after an interrupt those that were finished.
struct AcceleratorRun {
  int64_t buffer_bytes = 0;  // of the HWC; 0 for the HWCE
  int64_t maps = 0;          // output maps that the HWCE computes at once; 0 for the HWC
  std::vector<AcceleratorResult> layers;

  // Sums over the layers; the peak bandwidth is the highest of them.
  AcceleratorResult total() const;
};

// A layer that the HWCE cannot run. It is left out on both sides.
struct UnsupportedLayer {
  Layer layer;
  std::string reason;
};

struct ComparisonReport {
  std::vector<Layer> layers;  // as the HWC runs them
  std::vector<UnsupportedLayer> unsupported;
  std::vector<AcceleratorRun> hwc;   // by buffer size
  std::vector<AcceleratorRun> hwce;  // by maps at once
  bool complete = true;              // false after an interrupt: runs are missing, and layers of the last one
  double wall_seconds = 0;

  // Whether all layers ran there.
  bool is_whole(const AcceleratorRun& run) const { return run.layers.size() == layers.size(); }

  // Every prediction matched and every output was verified.
  bool agreed() const;
};

// How many times the bytes of `hwc` those of `hwce` are.
double reduction(const AcceleratorResult& hwc, const AcceleratorResult& hwce);

// "HWC 64 KiB", "HWCE 1 map".
std::string accelerator_name(const AcceleratorRun& run);

}  // namespace hwcvp
