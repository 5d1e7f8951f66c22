// How the firmware issues the commands of a stack, in time.
#pragma once

#include <array>
#include <cstdint>

#include "schedules/latency/engines.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/stack/latency/stack_costs.h"

namespace hwcvp::stack {

// Counts of commands of each engine.
using CommandCounts = std::array<int64_t, latency::kEngineCount>;

// Does not model: the order of instructions and accesses within a piece of work.
//
// Registers in which a command is staged are written where their values differ from what stands there.
class StackCommands {
 public:
  StackCommands(const MachineTiming& timing, latency::Engines& engines);

  double now() const { return now_; }
  const std::array<int64_t, kStackWorks>& counts() const { return counts_; }
  int64_t issued(latency::Engine engine) const { return issued_[index(engine)]; }

  void work(StackWork kind, int64_t times = 1) {
    counts_[static_cast<size_t>(kind)] += times;
    now_ += static_cast<double>(times) * kStackCosts[static_cast<size_t>(kind)] * timing_.instruction_cycles;
  }
  void access_registers(int64_t times) { access(times, timing_.register_cycles); }
  void access_mailbox(int64_t times) { access(times, timing_.mailbox_cycles); }
  // Words from the start of the memory on, one by one, each with the work that goes with it.
  void read_words(int64_t words, StackWork kind);
  void write_words(int64_t words);

  // Of the command that is staged: it waits until the engine has completed `count` commands.
  void begin() { wait_.fill(0); }
  void wait(latency::Engine engine, int64_t count);
  void wait(const CommandCounts& counts);
  void wait_for_all(latency::Engine engine) { wait(engine, issued(engine)); }
  void select_context(int64_t context) { stage(context_, context); }
  void select_region(int64_t region) { stage(region_, region); }
  void forget_selection() { context_ = region_ = -1; }
  void stage_box(const latency::Box& box);
  void stage_tile(const std::array<int64_t, 8>& start, const std::array<int64_t, 8>& count);
  void push(latency::Engine engine, latency::Command command);
  // Sleeps until all engines rest.
  void await_idle();

 private:
  void access(int64_t times, double cycles) {
    now_ += static_cast<double>(times) * (timing_.access_cycles + cycles);
  }
  void access_word(int64_t number, bool write);
  void stage(int64_t& copy, int64_t value);
  void make_room(latency::Engine engine);

  const MachineTiming& timing_;
  latency::Engines& engines_;
  double now_ = 0;
  CommandCounts issued_{}, limit_{}, wait_{}, staged_wait_{};
  latency::Box box_;
  std::array<int64_t, 8> tile_start_{}, tile_count_{};
  int64_t context_ = 0, region_ = 0;
  std::array<int64_t, kStackWorks> counts_{};
};

}  // namespace hwcvp::stack
