#include "models/monitor/traffic_counter.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hwcvp {

void TrafficCounter::add_window(TrafficClass traffic_class, uint64_t base, uint64_t size) {
  if (size == 0) return;
  const std::string where = std::string("window of ") + to_string(traffic_class);
  const uint64_t last = base + (size - 1);
  if (last < base) throw std::invalid_argument(where + ": passes the end of the address space");
  const auto next =
      std::find_if(windows_.begin(), windows_.end(), [&](const Window& w) { return w.last >= base; });
  if (next != windows_.end() && next->base <= last) {
    throw std::invalid_argument(where + ": overlaps the window of " + to_string(next->traffic_class));
  }
  windows_.insert(next, {base, last, traffic_class, {}});
}

void TrafficCounter::clear_windows() { windows_.clear(); }

TrafficClass TrafficCounter::class_of(uint64_t address) const {
  const auto inside = [address](const Window& w) { return address >= w.base && address <= w.last; };
  if (last_window_ < windows_.size() && inside(windows_[last_window_])) {
    return windows_[last_window_].traffic_class;
  }
  const auto found = std::find_if(windows_.begin(), windows_.end(), inside);
  return found == windows_.end() ? TrafficClass::other : found->traffic_class;
}

void TrafficCounter::reset_counts() {
  counts_.fill({});
  for (Window& window : windows_) window.bytes = {};
  failed_ = 0;
}

TrafficCounter::WindowBytes TrafficCounter::in_window(uint64_t base) const {
  const auto found =
      std::find_if(windows_.begin(), windows_.end(), [base](const Window& w) { return w.base == base; });
  if (found == windows_.end()) throw std::invalid_argument("no window begins at that address");
  return found->bytes;
}

void TrafficCounter::write(const TransactionRecord& record) {
  if (!record.ok) {
    ++failed_;
    return;
  }
  if (record.bytes == 0) return;
  if (last_window_ < windows_.size()) {
    Window& window = windows_[last_window_];
    if (record.address >= window.base && record.address <= window.last &&
        record.bytes - 1 <= window.last - record.address) {
      count(window, record.is_read, record.address, record.bytes);
      return;
    }
  }
  split(record);
}

void TrafficCounter::split(const TransactionRecord& record) {
  uint64_t address = record.address;
  uint64_t left = record.bytes;
  for (size_t i = 0; i < windows_.size() && left > 0; ++i) {
    Window& window = windows_[i];
    if (window.last < address) continue;
    if (window.base > address) {
      const uint64_t outside = std::min(left, window.base - address);
      count(TrafficClass::other, record.is_read, address, outside);
      address += outside;
      left -= outside;
      if (left == 0) return;
    }
    const uint64_t inside = left - 1 <= window.last - address ? left : window.last - address + 1;
    count(window, record.is_read, address, inside);
    last_window_ = i;
    address += inside;
    left -= inside;
  }
  if (left > 0) count(TrafficClass::other, record.is_read, address, left);
}

}  // namespace hwcvp
