#include "models/hwc/command_engine.h"

#include <algorithm>

#include "models/hwc/scoreboard.h"
#include "models/tlm/processes.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {
constexpr size_t kStackBytes = 256 * 1024;
}

CommandEngine::CommandEngine(const sc_core::sc_module_name& name, Engine engine, uint32_t fifo_depth,
                             Scoreboard& scoreboard, tlm::tlm_analysis_port<CommandRecord>& records)
    : sc_module(name), engine_(engine), fifo_(fifo_depth), scoreboard_(scoreboard), records_(records) {
  scoreboard.attach(engine, *this);
  HWCVP_THREAD(run);
  set_stack_size(kStackBytes);
}

void CommandEngine::push(const Command& command) {
  fifo_.push(command);
  wake_if_ready();
}

void CommandEngine::wake_if_ready() {
  if (!waiting_ || scoreboard_.stopped() || fifo_.empty() || !scoreboard_.reached(fifo_.front().wait)) return;
  wake_at(fifo_.front().visible_from);
}

void CommandEngine::reset() {
  fifo_.clear();
  abandon();
}

bool CommandEngine::fail(uint32_t error, uint32_t info) {
  if (!abandoned()) scoreboard_.stop(error, info);
  return false;
}

void CommandEngine::await_command() {
  waiting_ = true;
  for (;;) {
    if (!scoreboard_.stopped() && !fifo_.empty() && scoreboard_.reached(fifo_.front().wait) &&
        fifo_.front().visible_from <= sc_core::sc_time_stamp()) {
      break;
    }
    wake_if_ready();
    rest();
  }
  waiting_ = false;
}

void CommandEngine::run() {
  for (;;) {
    await_command();
    command_ = fifo_.front();
    fifo_.pop();
    begin_work();
    scoreboard_.on_status_change();
    Outcome outcome;
    outcome.start = sc_core::sc_time_stamp();
    if (!execute(command_, outcome) || !sleep_until(outcome.end)) continue;
    end_work();
    scoreboard_.complete(engine_);
    const sc_time& end = sc_core::sc_time_stamp();
    records_.write({outcome.start, end, command_.opcode, scoreboard_.done(engine_), outcome.bytes,
                    command_.visible_from, std::min(outcome.work, end - outcome.start)});
  }
}

}  // namespace hwcvp::hwc
