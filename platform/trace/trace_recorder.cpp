#include "platform/trace/trace_recorder.h"

#include <algorithm>

#include "registers/hwc.h"
#include "registers/hwce.h"
#include "registers/mailbox.h"

namespace hwcvp {

namespace {

constexpr size_t kFirstLimit = 4096;

// The simulation's resolution is SystemC's default, 1 ps.
uint64_t picoseconds(const sc_core::sc_time& time) { return time.value(); }

bool starts_before(const TraceRecord& a, const TraceRecord& b) { return a.start_ps < b.start_ps; }

}  // namespace

TensorWindows::TensorWindows(const TensorPlacement& placement) {
  using namespace memory_map;
  windows_ = {{placement.input, TrafficClass::input},
              {placement.second_input, TrafficClass::input},
              {placement.weight, TrafficClass::weight},
              {placement.output, TrafficClass::output},
              {placement.psum, TrafficClass::psum},
              {placement.params, TrafficClass::params},
              {placement.list, TrafficClass::control},
              {{kControlBase, kControlBytes}, TrafficClass::control},
              {{kHwcBase, HWC_SIZE}, TrafficClass::control},
              {{kHwceBase, HWCE_SIZE}, TrafficClass::control},
              {{kMailboxBase, MAILBOX_SIZE}, TrafficClass::control}};
  for (const TensorPlacement::Part& part : placement.parts)
    windows_.push_back({part.window, class_of(part.carried)});
}

TrafficClass TensorWindows::find(uint64_t address) const {
  for (const Window& entry : windows_) {
    if (address - entry.window.base < entry.window.bytes) return entry.tensor;
  }
  return TrafficClass::other;
}

TraceRecorder::TraceRecorder(TraceWriter& writer)
    : writer_(writer), windows_(TensorPlacement{}), limit_(kFirstLimit) {
  pending_.reserve(limit_);
}

void TraceRecorder::attach(Monitor& monitor, uint32_t socket, uint64_t base) {
  monitor.transactions.bind(taps_.emplace_back(*this, socket, base));
}

void TraceRecorder::add(const Tap& tap, const TransactionRecord& transaction) {
  TraceRecord& record = pending_.emplace_back();
  record.start_ps = picoseconds(transaction.start);
  record.end_ps = picoseconds(transaction.end);
  record.address = transaction.address;
  record.bytes = transaction.bytes;
  record.socket = tap.socket;
  record.tensor = windows_.find(transaction.address + tap.base);
  record.is_read = transaction.is_read;
  record.ok = transaction.ok;
  if (pending_.size() >= limit_) release();
}

// Whatever starts later may still be overtaken.
void TraceRecorder::release() {
  std::stable_sort(pending_.begin(), pending_.end(), starts_before);
  const uint64_t now = picoseconds(sc_core::sc_time_stamp());
  TraceRecord settled;
  settled.start_ps = now - std::min(now, kLookBackPs);
  const auto end = std::lower_bound(pending_.begin(), pending_.end(), settled, starts_before);
  hand_out(static_cast<size_t>(end - pending_.begin()));
  if (pending_.size() <= limit_ / 2) return;
  if (limit_ < kMostPending) {
    limit_ *= 2;
  } else {
    hand_out(pending_.size() / 2);
  }
}

void TraceRecorder::hand_out(size_t count) {
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto record = pending_.begin(); record != end; ++record) writer_.write(*record);
  pending_.erase(pending_.begin(), end);
}

void TraceRecorder::flush() {
  std::stable_sort(pending_.begin(), pending_.end(), starts_before);
  hand_out(pending_.size());
}

void TraceRecorder::begin_layer(const std::string& name, const TensorPlacement& placement) {
  flush();
  windows_ = TensorWindows(placement);
  writer_.begin_layer(name);
}

}  // namespace hwcvp
