// The reservations of a resource that serves one user at a time.
#pragma once

#include <array>
#include <cstddef>
#include <systemc>

namespace hwcvp::memory {

// Does not remember every gap: the oldest are forgotten, and count as busy.
//
// Loosely-timed initiators run ahead of one another by up to a quantum, so that requests come out of order in
// time. A request takes the first gap that is long enough at or after the time it asks for, even if later
// times are reserved already.
class BusyTimeline {
 public:
  // Reserves `duration` at or after `earliest`; returns when it begins.
  sc_core::sc_time reserve(const sc_core::sc_time& earliest, const sc_core::sc_time& duration) {
    if (earliest >= end_) {
      if (earliest > end_) remember_gap(end_, earliest);
      end_ = earliest + duration;
      return earliest;
    }
    if (earliest < last_gap_end_) {
      sc_core::sc_time begin;
      if (fill_gap(earliest, duration, begin)) return begin;
    }
    const sc_core::sc_time begin = end_;
    end_ += duration;
    return begin;
  }

 private:
  static constexpr size_t kGaps = 64;

  struct Gap {
    sc_core::sc_time begin, end;
  };

  void remember_gap(const sc_core::sc_time& begin, const sc_core::sc_time& end) {
    gaps_[next_gap_] = {begin, end};
    next_gap_ = (next_gap_ + 1) % kGaps;
    last_gap_end_ = end;
  }
  bool fill_gap(const sc_core::sc_time& earliest, const sc_core::sc_time& duration, sc_core::sc_time& begin);

  std::array<Gap, kGaps> gaps_;  // a ring in ascending order; next_gap_ is the oldest
  size_t next_gap_ = 0;
  sc_core::sc_time last_gap_end_;
  sc_core::sc_time end_;
};

}  // namespace hwcvp::memory
