// The time in which something was under way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <systemc>
#include <vector>

namespace hwcvp::monitor {

// The length of the union of intervals. They may come out of order, as loosely-timed initiators run ahead of
// one another; kOpen separate ones are kept apart, and what comes before the oldest of them counts for
// nothing.
class BusyTime {
 public:
  // Adds [start, end].
  void add(const sc_core::sc_time& start, const sc_core::sc_time& end) {
    if (!open_.empty() && start.value() >= open_.back().start && start.value() <= open_.back().end) {
      if (end.value() > open_.back().end) open_.back().end = end.value();
    } else {
      insert({start.value(), end.value()});
    }
  }
  sc_core::sc_time total() const;
  // Forgets everything.
  void clear();

 private:
  static constexpr size_t kOpen = 64;

  struct Interval {
    uint64_t start, end;  // in units of the time resolution
  };

  void insert(Interval interval);

  std::vector<Interval> open_;  // in ascending order, none touching another
  uint64_t settled_ = 0;        // length of what is no longer open,
  uint64_t settled_end_ = 0;    // and where it ends
};

}  // namespace hwcvp::monitor
