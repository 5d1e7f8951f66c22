// A resource that serves one transaction at a time, in the order in which they are handed to it.
#pragma once

#include <array>
#include <cstddef>

namespace hwcvp::latency {

// Does not remember every gap: after `kGaps` later ones a gap counts as busy.
//
// Who comes late in order but early in time takes the first gap that is long enough.
class Timeline {
 public:
  // Reserves `duration` at or after `earliest`; returns when it begins.
  double reserve(double earliest, double duration) {
    if (earliest >= end_) {
      if (earliest > end_) {
        gaps_[next_] = {end_, earliest};
        next_ = (next_ + 1) % kGaps;
      }
      end_ = earliest + duration;
      return earliest;
    }
    size_t later = 0;  // gaps that end after `earliest`
    while (later < kGaps && gap(later).end > earliest) ++later;
    for (; later > 0; --later) {
      Gap& candidate = gap(later - 1);
      const double begin = candidate.begin > earliest ? candidate.begin : earliest;
      if (begin + duration > candidate.end) continue;
      candidate.begin = begin + duration;
      return begin;
    }
    const double begin = end_;
    end_ += duration;
    return begin;
  }

  // What was reserved last ends later by as much: for reservations that are not made one by one.
  void prolong(double duration) { end_ += duration; }

 private:
  static constexpr size_t kGaps = 64;
  struct Gap {
    double begin = 0, end = 0;
  };
  // The latest gap is 0.
  Gap& gap(size_t back) { return gaps_[(next_ + kGaps - 1 - back) % kGaps]; }

  std::array<Gap, kGaps> gaps_;
  size_t next_ = 0;
  double end_ = 0;
};

}  // namespace hwcvp::latency
