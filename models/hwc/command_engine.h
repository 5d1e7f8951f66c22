// What the engines have in common: a FIFO and a process that executes it in order.
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/hwc/command.h"
#include "models/hwc/command_fifo.h"
#include "models/hwc/command_record.h"
#include "models/tlm/worker.h"

namespace hwcvp::hwc {

class Scoreboard;

// Does not model the decoding of commands: they arrive checked.
//
// A command starts when it is visible and its tokens are reached, leaves the FIFO, and counts as done at the
// end that execute() tells. Everything has its effect on data between start and end; tokens keep others from
// looking. A command costs at most two context switches, one to wait for its tokens and one for its end, and
// one more for every quantum that its DMA runs ahead.
class CommandEngine : public sc_core::sc_module, public tlm_support::Worker {
 public:
  CommandEngine(const sc_core::sc_module_name& name, Engine engine, uint32_t fifo_depth,
                Scoreboard& scoreboard, tlm::tlm_analysis_port<CommandRecord>& records);

  const CommandFifo& fifo() const { return fifo_; }

  // The FIFO must not be full.
  void push(const Command& command);
  // Wakes the process if the next command can start.
  void wake_if_ready();
  // Drops all commands.
  void reset();

  // For execute() and what it uses: stops the block; returns false, for the caller to return.
  bool fail(uint32_t error, uint32_t info);

 protected:
  struct Outcome {
    sc_core::sc_time start;  // set before execute()
    sc_core::sc_time end;    // at or after the present
    uint64_t bytes = 0;      // moved at the memory port
    sc_core::sc_time work;   // see EngineTime; more than end - start counts as all of it
  };

  // Executes a command; false if it failed or was abandoned.
  virtual bool execute(const Command& command, Outcome& outcome) = 0;

 private:
  void run();
  void await_command();

  const Engine engine_;
  CommandFifo fifo_;
  Scoreboard& scoreboard_;
  tlm::tlm_analysis_port<CommandRecord>& records_;
  Command command_;       // in execution
  bool waiting_ = false;  // for a command that can start
};

}  // namespace hwcvp::hwc
