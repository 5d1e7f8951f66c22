// Bandwidth over time for a page: few enough windows to draw.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "platform/observation/bandwidth_series.h"

namespace hwcvp {

// The bytes that tensors moved over the time of each job. Not which tensors, and not the control processor's:
// BandwidthCsv has these.
class BandwidthRecord {
 public:
  static constexpr int64_t kMostWindows = 128;  // of a job

  // A job of the layer or operator of that name, which took `seconds`. Neighbouring windows are joined until
  // there are at most kMostWindows.
  void add(const std::string& name, double seconds, double predicted_bytes_per_second,
           const BandwidthSeries& series);

  // [{"name", "start_us", "window_us", "seconds", "predicted_gb_per_s", "bytes": [of each window]}]
  const nlohmann::ordered_json& json() const { return jobs_; }

 private:
  nlohmann::ordered_json jobs_ = nlohmann::ordered_json::array();
};

}  // namespace hwcvp
