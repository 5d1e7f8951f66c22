#include "models/monitor/traffic_statistics.h"

namespace hwcvp {

TrafficStatistics::TrafficStatistics(const TrafficCounter& classes, const sc_core::sc_time& window,
                                     unsigned histogram_steps)
    : classes_(classes) {
  for (size_t i = 0; i < kTrafficClassCount; ++i) of_class_.emplace_back(window, histogram_steps);
}

void TrafficStatistics::restart(const sc_core::sc_time& start) {
  for (TransactionStatistics& statistics : of_class_) {
    statistics.busy.clear();
    statistics.latency.clear();
    statistics.bandwidth.restart(start);
  }
  busy_.clear();
}

void TrafficStatistics::write(const TransactionRecord& record) {
  if (!record.ok || record.bytes == 0) return;
  TransactionStatistics& statistics = of_class_[static_cast<size_t>(classes_.class_of(record.address))];
  statistics.busy.add(record.start, record.end);
  statistics.latency.add((record.end - record.start).value());
  statistics.bandwidth.write(record);
  busy_.add(record.start, record.end);
}

}  // namespace hwcvp
