// What the engines of the HWC did with their time.
#pragma once

#include <array>
#include <systemc>
#include <tlm>

#include "models/hwc/command.h"

namespace hwcvp {

// Parts of a span of time, which they add up to.
struct EngineTime {
  sc_core::sc_time busy;     // a command was in execution, its transfers waiting for the memory included
  sc_core::sc_time stalled;  // the next command had arrived and waited for commands of other engines
  sc_core::sc_time idle;     // no command was there
};

// Does not tell what a command in execution waits for, and does not count commands that were abandoned.
//
// Subscribes to Hwc::commands.
class EngineTimes : public tlm::tlm_analysis_if<CommandRecord> {
 public:
  // Forgets everything; the engines are at rest. Counts from the given time on.
  void begin(const sc_core::sc_time& start);
  void write(const CommandRecord& command) override;
  // By engine, up to a time at which the engines are at rest again.
  std::array<EngineTime, kEngineCount> until(const sc_core::sc_time& end) const;

 private:
  std::array<EngineTime, kEngineCount> times_;
  std::array<sc_core::sc_time, kEngineCount> last_end_;  // of a command
};

}  // namespace hwcvp
