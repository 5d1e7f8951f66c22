#include "models/hwc/command_engine.h"

#include <algorithm>

#include "models/hwc/scoreboard.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {
constexpr size_t kStackBytes = 256 * 1024;
}

CommandEngine::CommandEngine(const sc_core::sc_module_name& name, Engine engine, uint32_t fifo_depth,
                             Scoreboard& scoreboard, tlm::tlm_analysis_port<CommandRecord>& records)
    : sc_module(name),
      engine_(engine),
      fifo_(fifo_depth),
      scoreboard_(scoreboard),
      records_(records),
      wake_("wake") {
  scoreboard.attach(engine, *this);
  SC_HAS_PROCESS(CommandEngine);
  SC_THREAD(run);
  set_stack_size(kStackBytes);
  sensitive << wake_;
}

void CommandEngine::push(const Command& command) {
  fifo_.push(command);
  wake_if_ready();
}

void CommandEngine::wake_if_ready() {
  if (!waiting_ || scoreboard_.stopped() || fifo_.empty() || !scoreboard_.reached(fifo_.front().wait)) return;
  wake_.cancel();
  const sc_time& now = sc_core::sc_time_stamp();
  wake_.notify(std::max(fifo_.front().visible_from, now) - now);
}

void CommandEngine::abandon() {
  if (!busy_) return;
  busy_ = false;
  abandoned_ = true;
  wake_.cancel();
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void CommandEngine::reset() {
  fifo_.clear();
  abandon();
}

bool CommandEngine::sleep_until(const sc_time& time) {
  if (abandoned_) return false;
  const sc_time& now = sc_core::sc_time_stamp();
  if (time > now) {
    wake_.cancel();
    wake_.notify(time - now);
    wait();
  }
  return !abandoned_;
}

bool CommandEngine::pause() {
  if (!abandoned_) wait();
  return !abandoned_;
}

bool CommandEngine::fail(uint32_t error, uint32_t info) {
  if (!abandoned_) scoreboard_.stop(error, info);
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
    wait();
  }
  waiting_ = false;
}

void CommandEngine::run() {
  for (;;) {
    await_command();
    command_ = fifo_.front();
    fifo_.pop();
    busy_ = true;
    abandoned_ = false;
    scoreboard_.on_status_change();
    Outcome outcome;
    outcome.start = sc_core::sc_time_stamp();
    if (!execute(command_, outcome) || !sleep_until(outcome.end)) continue;
    busy_ = false;
    scoreboard_.complete(engine_);
    const sc_time& end = sc_core::sc_time_stamp();
    records_.write({outcome.start, end, command_.opcode, scoreboard_.done(engine_), outcome.bytes,
                    command_.visible_from, std::min(outcome.work, end - outcome.start)});
  }
}

}  // namespace hwcvp::hwc
