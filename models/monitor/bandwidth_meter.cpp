#include "models/monitor/bandwidth_meter.h"

#include <algorithm>
#include <stdexcept>

namespace hwcvp {

BandwidthMeter::BandwidthMeter(const sc_core::sc_time& window) : length_(window.value()) {
  if (length_ == 0) throw std::invalid_argument("bandwidth meter: window: expected above 0");
}

void BandwidthMeter::restart(const sc_core::sc_time& start) {
  start_ = start.value();
  bytes_.fill(0);
  newest_ = current_begin_ = current_ = 0;
  closed_.clear();
}

// Closes the windows that are no longer among the newest.
void BandwidthMeter::open(uint64_t window) {
  const uint64_t first = newest_ < kOpen ? 0 : newest_ - kOpen + 1;
  const uint64_t end = window < kOpen ? 0 : std::min(newest_, window - kOpen) + 1;
  for (uint64_t i = first; i < end; ++i) {
    uint64_t& bytes = bytes_[i % kOpen];
    if (bytes != 0) closed_.push_back({i, bytes});
    bytes = 0;
  }
  newest_ = window;
}

void BandwidthMeter::write(const TransactionRecord& record) {
  if (!record.ok) return;
  const uint64_t end = record.end.value() < start_ ? 0 : record.end.value() - start_;
  if (end - current_begin_ >= length_) {  // also where it is earlier: the difference wraps
    uint64_t window = end / length_;
    if (window > newest_) open(window);
    window = std::max(window, newest_ < kOpen ? 0 : newest_ - kOpen + 1);
    current_begin_ = window * length_;
    current_ = window % kOpen;
  }
  bytes_[current_] += record.bytes;
}

std::vector<BandwidthMeter::Window> BandwidthMeter::windows() const {
  std::vector<Window> all = closed_;
  for (uint64_t i = newest_ < kOpen ? 0 : newest_ - kOpen + 1; i <= newest_; ++i) {
    if (bytes_[i % kOpen] != 0) all.push_back({i, bytes_[i % kOpen]});
  }
  return all;
}

uint64_t BandwidthMeter::peak_bytes() const {
  uint64_t most = *std::max_element(bytes_.begin(), bytes_.end());
  for (const Window& window : closed_) most = std::max(most, window.bytes);
  return most;
}

double BandwidthMeter::peak_bytes_per_second() const {
  return static_cast<double>(peak_bytes()) / window().to_seconds();
}

}  // namespace hwcvp
