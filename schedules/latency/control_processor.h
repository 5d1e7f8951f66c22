// The time of the control processor, and how the firmware hands commands to the engines.
#pragma once

#include <array>
#include <cstdint>

#include "schedules/latency/engines.h"
#include "schedules/latency/machine_timing.h"

namespace hwcvp::latency {

// What the firmware did in all.
struct ControlCounts {
  std::array<int64_t, FirmwareCosts::kinds> work{};
  int64_t accesses = 0;  // of the bus
};

// Does not model: the order of instructions and accesses within a piece of work.
class ControlProcessor {
 public:
  ControlProcessor(const MachineTiming& timing, Engines& engines);

  double now() const { return now_; }
  const ControlCounts& counts() const { return counts_; }
  int64_t issued(Engine engine) const { return issued_[index(engine)]; }
  int64_t commands() const { return issued_[0] + issued_[1] + issued_[2]; }
  int64_t sleeps() const { return counts_.work[FirmwareCosts::sleep]; }
  // Stores that the firmware knows to be completed.
  int64_t stores_done() const { return stores_done_; }

  void work(FirmwareCosts::Work kind, int64_t times = 1) {
    counts_.work[kind] += times;
    now_ += static_cast<double>(times) * timing_.firmware.instructions[kind] * timing_.instruction_cycles;
  }
  void access_registers(int64_t times = 1) { access(times, timing_.register_cycles); }
  void access_mailbox(int64_t times) { access(times, timing_.mailbox_cycles); }
  // Does a piece of work and meanwhile, evenly spread, reads words one after the other, from the first
  // address of the memory on; or writes words.
  void read_memory(int64_t words, FirmwareCosts::Work kind);
  void write_memory(int64_t words);

  // Writes a WAIT register: commands that follow start once the engine has completed `count` commands.
  void stage_wait(Engine engine, int64_t count) {
    wait_[index(engine)] = count;
    access_registers();
  }
  // Pushes a command, with the waits that are staged, as soon as its engine's FIFO has room.
  void push(Engine engine, Command command);
  // Sleeps until all engines rest.
  void await_idle();

 private:
  void access(int64_t times, double cycles) {
    counts_.accesses += times;
    now_ += static_cast<double>(times) * (timing_.access_cycles + cycles);
  }
  void access_word(int64_t index, bool write);
  void make_room(Engine engine);

  const MachineTiming& timing_;
  Engines& engines_;
  double now_ = 0;
  std::array<int64_t, kEngineCount> issued_{}, limit_{}, wait_{};
  int64_t stores_done_ = 0;
  ControlCounts counts_;
};

}  // namespace hwcvp::latency
