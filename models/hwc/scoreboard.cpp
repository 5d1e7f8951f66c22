#include "models/hwc/scoreboard.h"

#include "models/hwc/command_engine.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

void Scoreboard::complete(Engine engine) {
  ++done_[index(engine)];
  for (CommandEngine* const other : engines_) other->wake_if_ready();
  on_status_change();
}

void Scoreboard::stop(uint32_t error, uint32_t info) {
  if (stopped()) return;
  error_ = error;
  error_info_ = info;
  for (CommandEngine* const engine : engines_) engine->abandon();
  on_status_change();
}

bool Scoreboard::idle() const {
  for (const CommandEngine* const engine : engines_) {
    if (engine->working() || !engine->fifo().empty()) return false;
  }
  return true;
}

uint32_t Scoreboard::status() const {
  const auto space = [this](Engine engine) { return engines_[index(engine)]->fifo().half_free(); };
  uint32_t status = 0;
  if (idle()) status |= HWC_STATUS_IDLE_MASK;
  if (stopped()) status |= HWC_STATUS_ERROR_MASK;
  if (space(Engine::load)) status |= HWC_STATUS_LOAD_SPACE_MASK;
  if (space(Engine::compute)) status |= HWC_STATUS_COMPUTE_SPACE_MASK;
  if (space(Engine::vector)) status |= HWC_STATUS_VECTOR_SPACE_MASK;
  if (space(Engine::store)) status |= HWC_STATUS_STORE_SPACE_MASK;
  return status;
}

EngineActivity Scoreboard::activity() const {
  EngineActivity activity;
  for (size_t i = 0; i < kEngineCount; ++i) activity.busy[i] = engines_[i]->working();
  activity.done = done_;
  return activity;
}

void Scoreboard::reset() {
  for (CommandEngine* const engine : engines_) engine->reset();
  done_.fill(0);
  error_ = 0;
  error_info_ = 0;
  on_status_change();
}

}  // namespace hwcvp::hwc
