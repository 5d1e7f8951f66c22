// What a monitor sees, over time: when it is busy, bandwidth and latency.
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <tlm>

#include "models/common/histogram.h"
#include "models/monitor/bandwidth_meter.h"
#include "models/monitor/busy_time.h"
#include "models/monitor/traffic_counter.h"
#include "models/monitor/transaction_record.h"

namespace hwcvp {

// Of the transactions of one kind.
struct TransactionStatistics {
  TransactionStatistics(const sc_core::sc_time& window, unsigned histogram_steps)
      : latency(histogram_steps), bandwidth(window) {}

  monitor::BusyTime busy;  // at least one was under way
  Histogram latency;       // from request to response, in units of the time resolution
  BandwidthMeter bandwidth;
};

// Does not count transactions that were answered with an error. A transaction that straddles the windows of
// several classes counts, as a whole, where its first byte lies.
//
// Subscribes to a Monitor. Classes are those of a counter, which must outlive it; it tells bytes and
// transactions.
class TrafficStatistics : public tlm::tlm_analysis_if<TransactionRecord> {
 public:
  // Bandwidth is measured in windows of that length, latency in that many buckets for each doubling. Throws
  // as BandwidthMeter and Histogram.
  TrafficStatistics(const TrafficCounter& classes, const sc_core::sc_time& window, unsigned histogram_steps);

  // Forgets everything, and counts windows from `start`.
  void restart(const sc_core::sc_time& start);

  const TransactionStatistics& operator[](TrafficClass traffic_class) const {
    return of_class_[static_cast<size_t>(traffic_class)];
  }
  // In which a transaction of any class was under way.
  sc_core::sc_time busy() const { return busy_.total(); }

  void write(const TransactionRecord& record) override;

 private:
  const TrafficCounter& classes_;
  std::deque<TransactionStatistics> of_class_;  // which do not move
  monitor::BusyTime busy_;
};

}  // namespace hwcvp
