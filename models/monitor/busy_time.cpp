#include "models/monitor/busy_time.h"

#include <algorithm>

namespace hwcvp::monitor {

void BusyTime::insert(Interval interval) {
  interval.start = std::max(interval.start, settled_end_);
  if (interval.end <= interval.start) return;
  const auto first = std::find_if(open_.begin(), open_.end(),
                                  [&interval](const Interval& open) { return open.end >= interval.start; });
  auto last = first;  // behind those that it joins
  for (; last != open_.end() && last->start <= interval.end; ++last) {
    interval.start = std::min(interval.start, last->start);
    interval.end = std::max(interval.end, last->end);
  }
  open_.insert(open_.erase(first, last), interval);
  if (open_.size() <= kOpen) return;
  settled_ += open_.front().end - open_.front().start;
  settled_end_ = open_.front().end;
  open_.erase(open_.begin());
}

sc_core::sc_time BusyTime::total() const {
  uint64_t sum = settled_;
  for (const Interval& interval : open_) sum += interval.end - interval.start;
  return sc_core::sc_time::from_value(sum);
}

void BusyTime::clear() {
  open_.clear();
  settled_ = settled_end_ = 0;
}

}  // namespace hwcvp::monitor
