#include "models/memory/busy_timeline.h"

#include <algorithm>

namespace hwcvp::memory {

using sc_core::sc_time;

bool BusyTimeline::fill_gap(const sc_time& earliest, const sc_time& duration, sc_time& begin) {
  // From the newest gap backwards to the first one that can matter, then forwards for the earliest that fits.
  size_t candidates = 0;
  while (candidates < kGaps && gaps_[(next_gap_ + kGaps - 1 - candidates) % kGaps].end > earliest)
    ++candidates;
  for (; candidates > 0; --candidates) {
    Gap& gap = gaps_[(next_gap_ + kGaps - candidates) % kGaps];
    begin = std::max(gap.begin, earliest);
    if (gap.end < begin + duration) continue;
    // What is left before the reservation is given up: requests of one initiator ascend in time.
    gap.begin = begin + duration;
    return true;
  }
  return false;
}

}  // namespace hwcvp::memory
