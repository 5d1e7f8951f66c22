#include "platform/report/bandwidth_record.h"

#include <vector>

#include "schedules/math/division.h"

namespace hwcvp {

void BandwidthRecord::add(const std::string& name, double seconds, double predicted_bytes_per_second,
                          const BandwidthSeries& series) {
  std::vector<uint64_t> bytes;
  int64_t joined = 1;
  if (!series.samples.empty()) {
    const auto windows = static_cast<int64_t>(series.samples.back().window) + 1;
    joined = ceil_div(windows, kMostWindows);
    bytes.resize(static_cast<size_t>(ceil_div(windows, joined)));
  }
  for (const BandwidthSample& sample : series.samples)
    bytes[sample.window / static_cast<uint64_t>(joined)] += sample.tensor_bytes();
  jobs_.push_back({{"name", name},
                   {"start_us", series.start_seconds * 1e6},
                   {"window_us", series.window_seconds * static_cast<double>(joined) * 1e6},
                   {"seconds", seconds},
                   {"predicted_gb_per_s", predicted_bytes_per_second * 1e-9},
                   {"bytes", bytes}});
}

}  // namespace hwcvp
