// What the engines of the HWC did with their time.
#pragma once

#include <array>
#include <systemc>
#include <tlm>

#include "models/hwc/command_record.h"

namespace hwcvp {

// Parts of a span of time of one engine, which they add up to.
//
// Busy is the work of the commands that were executed: of a compute or vector command all of its time, of a
// KEEP_INPUT the copying; of a load or store a clock cycle for each word of the memory port that its
// transactions touch, or, of a store that takes longer over it, requantizing. What a load or store takes
// beyond that it waits at the memory port: for the memory's latency, for a memory or bus slower than the
// port, or for others on the bus.
struct EngineTime {
  sc_core::sc_time busy;
  sc_core::sc_time stalled_on_memory;   // a command was in execution and waited at the memory port
  sc_core::sc_time stalled_on_engines;  // the next command had arrived and waited for commands of others
  sc_core::sc_time idle;                // no command was there

  sc_core::sc_time stalled() const { return stalled_on_memory + stalled_on_engines; }
};

// Does not tell where in a command's time it worked and where it waited, nor apart what it waited for at the
// memory port, and does not count commands that were abandoned.
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
