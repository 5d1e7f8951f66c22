#include "models/hwc/engine_times.h"

#include <algorithm>

namespace hwcvp {

using sc_core::sc_time;

void EngineTimes::begin(const sc_time& start) {
  times_.fill({});
  last_end_.fill(start);
}

void EngineTimes::write(const CommandRecord& command) {
  const size_t engine = index(engine_of(command.opcode));
  sc_time& last_end = last_end_[engine];
  const sc_time at_head = std::max(last_end, command.arrival);  // from here on it is the next one
  times_[engine].idle += at_head - last_end;
  times_[engine].stalled_on_engines += command.start - at_head;
  times_[engine].stalled_on_memory += command.end - command.start - command.work;
  times_[engine].busy += command.work;
  last_end = command.end;
}

std::array<EngineTime, kEngineCount> EngineTimes::until(const sc_time& end) const {
  std::array<EngineTime, kEngineCount> times = times_;
  for (size_t i = 0; i < kEngineCount; ++i) times[i].idle += end - last_end_[i];
  return times;
}

}  // namespace hwcvp
