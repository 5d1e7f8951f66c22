#include "platform/observation/comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace hwcvp {

double AcceleratorResult::average_bytes_per_second() const {
  return observed.seconds > 0 ? static_cast<double>(observed.traffic.total()) / observed.seconds : 0;
}

AcceleratorResult AcceleratorRun::total() const {
  AcceleratorResult sum;
  for (const AcceleratorResult& layer : layers) {
    sum.predicted += layer.predicted;
    sum.observed.traffic += layer.observed.traffic;
    sum.observed.cycles += layer.observed.cycles;
    sum.observed.seconds += layer.observed.seconds;
    sum.observed.peak_bytes_per_second =
        std::max(sum.observed.peak_bytes_per_second, layer.observed.peak_bytes_per_second);
    sum.output.mismatches += layer.output.mismatches;
  }
  return sum;
}

bool ComparisonReport::agreed() const {
  const auto good = [](const AcceleratorRun& run) {
    return std::all_of(run.layers.begin(), run.layers.end(), [](const AcceleratorResult& layer) {
      return layer.match() && layer.output.verified();
    });
  };
  return std::all_of(hwc.begin(), hwc.end(), good) && std::all_of(hwce.begin(), hwce.end(), good);
}

double reduction(const AcceleratorResult& hwc, const AcceleratorResult& hwce) {
  return static_cast<double>(hwce.observed.traffic.total()) /
         static_cast<double>(std::max<int64_t>(hwc.observed.traffic.total(), 1));
}

std::string accelerator_name(const AcceleratorRun& run) {
  if (run.maps != 0) return fmt::format("HWCE {} map{}", run.maps, run.maps == 1 ? "" : "s");
  return run.buffer_bytes % 1024 == 0 ? fmt::format("HWC {} KiB", run.buffer_bytes / 1024)
                                      : fmt::format("HWC {} B", run.buffer_bytes);
}

}  // namespace hwcvp
