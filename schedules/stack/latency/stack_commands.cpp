#include "schedules/stack/latency/stack_commands.h"

#include <algorithm>

namespace hwcvp::stack {

using latency::Engine;

namespace {
constexpr int64_t kWordBytes = 4;
}

StackCommands::StackCommands(const MachineTiming& timing, latency::Engines& engines)
    : timing_(timing), engines_(engines) {
  limit_.fill(timing.fifo_depth);
}

void StackCommands::access_word(int64_t number, bool write) {
  now_ = engines_.memory().access(now_ + timing_.access_cycles, {number * kWordBytes, kWordBytes}, write);
}

void StackCommands::read_words(int64_t words, StackWork kind) {
  for (int64_t i = 0; i < words; ++i) {
    work(kind);
    access_word(i, false);
  }
}

void StackCommands::write_words(int64_t words) {
  for (int64_t i = 0; i < words; ++i) access_word(i, true);
}

void StackCommands::wait(Engine engine, int64_t count) {
  wait_[index(engine)] = std::max(wait_[index(engine)], count);
}

void StackCommands::wait(const CommandCounts& counts) {
  work(StackWork::wait);
  for (size_t i = 0; i < counts.size(); ++i) wait_[i] = std::max(wait_[i], counts[i]);
}

void StackCommands::stage(int64_t& copy, int64_t value) {
  if (copy == value) return;
  copy = value;
  work(StackWork::register_write);
  access_registers(1);
}

void StackCommands::stage_box(const latency::Box& box) {
  for (size_t axis = 0; axis < latency::kAxes; ++axis) {
    stage(box_.start[axis], box.start[axis]);
    stage(box_.count[axis], box.count[axis]);
  }
}

void StackCommands::stage_tile(const std::array<int64_t, 8>& start, const std::array<int64_t, 8>& count) {
  for (size_t i = 0; i < start.size(); ++i) {
    stage(tile_start_[i], start[i]);
    stage(tile_count_[i], count[i]);
  }
}

void StackCommands::push(Engine engine, latency::Command command) {
  for (size_t i = 0; i < wait_.size(); ++i) stage(staged_wait_[i], wait_[i]);
  const size_t i = index(engine);
  if (issued_[i] == limit_[i]) make_room(engine);
  access_registers(1);
  command.visible = now_;
  command.wait = wait_;
  engines_.push(engine, command);
  ++issued_[i];
}

// Asks how many commands are done, and where that is not enough sleeps until half of the FIFO is free.
void StackCommands::make_room(Engine engine) {
  const size_t i = index(engine);
  work(StackWork::room_question);
  const auto ask = [&] {
    access_registers(1);
    engines_.advance(now_);
    limit_[i] = engines_.done(engine) + timing_.fifo_depth;
  };
  ask();
  if (limit_[i] > issued_[i]) return;
  access_registers(1);  // IRQ_ENABLE
  now_ = engines_.await_half_free(engine, now_);
  access_registers(1);  // STATUS
  ask();
  limit_[i] = std::max(limit_[i], issued_[i] + 1);  // the command in execution takes no place
}

void StackCommands::await_idle() {
  access_registers(1);  // IRQ_ENABLE
  now_ = std::max(now_, engines_.finish());
  access_registers(1);  // STATUS
}

}  // namespace hwcvp::stack
