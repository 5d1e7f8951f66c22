#include "schedules/latency/control_processor.h"

#include <algorithm>

namespace hwcvp::latency {

namespace {
constexpr int64_t kWordBytes = 4;
}

ControlProcessor::ControlProcessor(const MachineTiming& timing, Engines& engines)
    : timing_(timing), engines_(engines) {
  limit_.fill(timing.fifo_depth);
}

void ControlProcessor::push(Engine engine, Command command) {
  const size_t i = index(engine);
  if (issued_[i] == limit_[i]) make_room(engine);
  access_registers();
  command.visible = now_;
  command.wait = wait_;
  engines_.push(engine, command);
  ++issued_[i];
}

void ControlProcessor::access_word(int64_t index, bool write) {
  ++counts_.accesses;
  now_ = engines_.memory().access(now_ + timing_.access_cycles, {index * kWordBytes, kWordBytes}, write);
}

void ControlProcessor::read_memory(int64_t words, FirmwareCosts::Work kind) {
  ++counts_.work[kind];
  const double work = timing_.firmware.instructions[kind] * timing_.instruction_cycles;
  for (int64_t i = 0; i < words; ++i) {
    now_ += work / static_cast<double>(words);
    access_word(i, false);
  }
}

void ControlProcessor::write_memory(int64_t words) {
  for (int64_t i = 0; i < words; ++i) access_word(i, true);
}

// Asks how many commands are done, and where that is not enough sleeps until half of the FIFO is free.
void ControlProcessor::make_room(Engine engine) {
  const size_t i = index(engine);
  work(FirmwareCosts::room_question);
  const auto ask = [&] {
    access_registers();
    engines_.advance(now_);
    limit_[i] = engines_.done(engine) + timing_.fifo_depth;
  };
  ask();
  if (limit_[i] == issued_[i]) {
    access_registers();  // IRQ_ENABLE
    now_ = engines_.await_half_free(engine, now_);
    work(FirmwareCosts::sleep);
    access_registers();  // STATUS
    ask();
    limit_[i] = std::max(limit_[i], issued_[i] + 1);  // the command in execution takes no place
  }
  if (engine == Engine::store) stores_done_ = engines_.done(engine);
  if (engine == Engine::compute) stage_wait(Engine::compute, engines_.done(engine));
}

void ControlProcessor::await_idle() {
  access_registers();  // IRQ_ENABLE
  now_ = std::max(now_, engines_.finish());
  work(FirmwareCosts::sleep);
  access_registers();  // STATUS
}

}  // namespace hwcvp::latency
