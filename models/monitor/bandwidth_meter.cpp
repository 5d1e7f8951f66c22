#include "models/monitor/bandwidth_meter.h"

#include <algorithm>
#include <stdexcept>

namespace hwcvp {

BandwidthMeter::BandwidthMeter(const sc_core::sc_time& window) : length_(window.value()) {
  if (length_ == 0) throw std::invalid_argument("bandwidth meter: window: expected above 0");
}

void BandwidthMeter::reset() {
  bytes_.fill(0);
  closed_peak_ = 0;
}

void BandwidthMeter::open(uint64_t window) {
  const uint64_t steps = std::min<uint64_t>(window - newest_, kOpen);
  for (uint64_t i = 0; i < steps; ++i) {
    uint64_t& oldest = bytes_[(window - i) % kOpen];
    closed_peak_ = std::max(closed_peak_, oldest);
    oldest = 0;
  }
  newest_ = window;
}

void BandwidthMeter::write(const TransactionRecord& record) {
  if (!record.ok) return;
  const uint64_t end = record.end.value();
  if (end - current_begin_ >= length_) {  // also where it is earlier: the difference wraps
    uint64_t window = end / length_;
    if (window > newest_) open(window);
    window = std::max(window, newest_ < kOpen ? 0 : newest_ - kOpen + 1);
    current_begin_ = window * length_;
    current_ = window % kOpen;
  }
  bytes_[current_] += record.bytes;
}

uint64_t BandwidthMeter::peak_bytes() const {
  return std::max(closed_peak_, *std::max_element(bytes_.begin(), bytes_.end()));
}

double BandwidthMeter::peak_bytes_per_second() const {
  return static_cast<double>(peak_bytes()) / sc_core::sc_time::from_value(length_).to_seconds();
}

}  // namespace hwcvp
