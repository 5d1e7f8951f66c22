#include "platform/observation/divergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hwcvp {

namespace {

double rate(int64_t bytes, double seconds) { return seconds > 0 ? static_cast<double>(bytes) / seconds : 0; }

}  // namespace

double BandwidthComparison::difference_percent() const {
  if (predicted_bytes_per_second <= 0) return 0;
  return 100 * (observed_bytes_per_second / predicted_bytes_per_second - 1);
}

BandwidthComparison compare_bandwidth(const Traffic& predicted, double predicted_seconds,
                                      const Traffic& observed, double observed_seconds,
                                      const BandwidthSeries& series, const BufferUse& buffer) {
  BandwidthComparison comparison;
  comparison.predicted_bytes_per_second = rate(predicted.total(), predicted_seconds);
  comparison.observed_bytes_per_second = rate(observed.total(), observed_seconds);
  comparison.observed_seconds = observed_seconds;
  const auto total = static_cast<double>(predicted.total());
  const auto moves = [](const BandwidthSample& sample) { return sample.tensor_bytes() != 0; };
  const auto first = std::find_if(series.samples.begin(), series.samples.end(), moves);
  if (total <= 0 || first == series.samples.end()) return comparison;
  const double start = static_cast<double>(first->window) * series.window_seconds;
  const auto fetched =
      static_cast<double>(buffer.bytes[index(Tensor::input)] + buffer.bytes[index(Tensor::weight)]);
  const auto kept = static_cast<double>(buffer.bytes[index(Tensor::output)]);
  uint64_t moved = 0;
  const auto look = [&](double seconds) {
    const double part =
        predicted_seconds > start ? std::min(1.0, (seconds - start) / (predicted_seconds - start)) : 1;
    const double ahead = static_cast<double>(moved) - part * total;
    const double beyond = ahead > fetched ? ahead - fetched : ahead < -kept ? ahead + kept : 0;
    const double drift = 100 * beyond / total;
    if (std::abs(drift) <= std::abs(comparison.drift_percent)) return;
    comparison.drift_percent = drift;
    comparison.drift_seconds = seconds;
    comparison.drift_predicted_percent = 100 * part;
  };
  // Between two windows in which bytes moved the lag is greatest at the start of the second.
  for (auto sample = first; sample != series.samples.end(); ++sample) {
    if (!moves(*sample)) continue;
    const double begin = static_cast<double>(sample->window) * series.window_seconds;
    look(std::min(begin, observed_seconds));
    moved += sample->tensor_bytes();
    look(std::min(begin + series.window_seconds, observed_seconds));
  }
  return comparison;
}

std::string Divergence::text() const {
  const auto number = [this](double value) {
    return unit == "B" ? fmt::format("{:.0f} {}", value, unit) : fmt::format("{:.2f} {}", value, unit);
  };
  return fmt::format("{}: predicted {}, observed {}{}, allowed: {:g}%", quantity, number(predicted),
                     number(observed), at.empty() ? "" : " " + at, allowed_percent);
}

std::vector<Divergence> find_divergences(const Traffic& predicted, const Traffic& observed,
                                         const BandwidthComparison& bandwidth, const MonitorConfig& config) {
  std::vector<Divergence> found;
  for (const TrafficKind& kind : kTrafficKinds) {
    const int64_t expected = predicted.*kind.member;
    const int64_t found_bytes = observed.*kind.member;
    if (expected == found_bytes) continue;
    found.push_back({std::string("traffic.") + kind.name, "B", static_cast<double>(expected),
                     static_cast<double>(found_bytes), 0, ""});
  }
  // What begins and ends a layer is no matter of bandwidth, and all of a short one.
  constexpr double kLeastWindows = 10;
  if (bandwidth.observed_seconds < kLeastWindows * config.window_ns * 1e-9) return found;
  if (std::abs(bandwidth.difference_percent()) > config.bandwidth_tolerance_percent) {
    found.push_back({"bandwidth", "GB/s", bandwidth.predicted_bytes_per_second * 1e-9,
                     bandwidth.observed_bytes_per_second * 1e-9, config.bandwidth_tolerance_percent, ""});
  }
  if (std::abs(bandwidth.drift_percent) > config.drift_tolerance_percent) {
    found.push_back({"bandwidth over time", "% of the bytes", bandwidth.drift_predicted_percent,
                     bandwidth.drift_predicted_percent + bandwidth.drift_percent,
                     config.drift_tolerance_percent,
                     fmt::format("{:.3f} us after the start", bandwidth.drift_seconds * 1e6)});
  }
  return found;
}

}  // namespace hwcvp
