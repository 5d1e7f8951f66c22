// The command bus of a channel.
#pragma once

#include <array>
#include <cstddef>

#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Does not remember more than the last kWindow cycles: older ones count as taken. Commands are much shorter,
// which DramSpec::validate() sees to.
//
// Row commands may be decided for cycles before those of column commands that were decided earlier, as long
// as no timing constraint links them; so what is free is remembered cycle by cycle.
class CommandBus {
 public:
  CommandBus() { slots_.fill(-1); }

  // The first cycle at or after `earliest` with which a command of `length` cycles may end.
  DramCycle first_free(DramCycle earliest, DramCycle length) const {
    for (DramCycle last = earliest;;) {
      DramCycle cycle = last;
      while (cycle > last - length && !taken(cycle)) --cycle;
      if (cycle == last - length) return last;
      last = cycle + length;  // it begins behind the one that is taken
    }
  }
  void take(DramCycle last, DramCycle length) {
    for (DramCycle cycle = last; cycle > last - length; --cycle) slots_[index(cycle)] = cycle;
  }

 private:
  static constexpr DramCycle kWindow = 1024;
  static size_t index(DramCycle cycle) { return static_cast<size_t>(cycle & (kWindow - 1)); }
  bool taken(DramCycle cycle) const { return slots_[index(cycle)] >= cycle; }

  std::array<DramCycle, kWindow> slots_;  // the newest cycle taken of those that share an index
};

}  // namespace hwcvp::dram
