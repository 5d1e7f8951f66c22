// Where observed and predicted figures of a layer part by more than the platform allows.
#pragma once

#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/observation/bandwidth_series.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// The bandwidth of a layer against the predicted one.
struct BandwidthComparison {
  double predicted_bytes_per_second = 0;
  double observed_bytes_per_second = 0;
  double observed_seconds = 0;
  // At the begin and the end of each window: the bytes moved by then, less those predicted by then, of all
  // predicted bytes. The prediction is spread evenly from the first window with a transfer to the predicted
  // end. Only what is ahead by more than the input and weight buffers hold counts, or behind by more than the
  // output buffer holds, since a schedule may fetch and keep that. The largest of them, either way, when it
  // was, since the start, and what was predicted by then.
  double drift_percent = 0;
  double drift_seconds = 0;
  double drift_predicted_percent = 0;

  double difference_percent() const;  // of the predicted one
};

BandwidthComparison compare_bandwidth(const Traffic& predicted, double predicted_seconds,
                                      const Traffic& observed, double observed_seconds,
                                      const BandwidthSeries& series, const BufferUse& buffer);

// One figure that parts.
struct Divergence {
  std::string quantity;  // "traffic.input_read", "bandwidth" or "bandwidth over time"
  std::string unit;      // "B", "GB/s" or "% of the bytes"
  double predicted = 0;
  double observed = 0;
  double allowed_percent = 0;
  std::string at;  // when, where that is known, such as "12.500 us after the start"; else empty

  // "bandwidth: predicted 7.91 GB/s, observed 6.02 GB/s, allowed are 10%".
  std::string text() const;
};

// Traffic: any difference. Bandwidth: what passes the tolerances, in layers of at least ten windows.
std::vector<Divergence> find_divergences(const Traffic& predicted, const Traffic& observed,
                                         const BandwidthComparison& bandwidth, const MonitorConfig& config);

}  // namespace hwcvp
