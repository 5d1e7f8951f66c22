// The engines of the HWC, in time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include "schedules/latency/machine_timing.h"
#include "schedules/latency/memory_path.h"
#include "schedules/latency/transfer.h"

namespace hwcvp::latency {

// Operators of the vector engine that run alone are followed as if it were the compute engine; in stacks it
// is one beside it.
enum class Engine : uint8_t { load, compute, store, vector };
inline constexpr size_t kEngineCount = 4;
constexpr size_t index(Engine engine) { return static_cast<size_t>(engine); }

struct Command {
  double visible = 0;                        // not started before
  std::array<int64_t, kEngineCount> wait{};  // nor before each engine has completed these
  double least_cycles = 1;                   // from start to end
  Payload payload;                           // whose last burst is awaited too
};

// Does not model: contents, errors.
//
// Each engine executes its commands in order. Their events are followed in the order of time, as far as asked
// for: commands that are handed over later never are visible earlier. Long transfers that have the memory for
// themselves are followed for some bursts, and then repeat them.
class Engines {
 public:
  explicit Engines(const MachineTiming& timing);

  // Called when the compute engine has completed a number of commands that was marked.
  std::function<void(double time)> on_mark;
  void mark(int64_t computed) { marks_.push_back(computed); }

  void push(Engine engine, const Command& command);
  // Follows everything before `until`.
  void advance(double until);
  // Follows the engines until half of a FIFO is free; returns when, or `now` if it is by then.
  double await_half_free(Engine engine, double now);
  // Follows all that was handed over; returns when the last engine rests.
  double finish();

  // What the engines share with the processor.
  MemoryPath& memory() { return memory_; }

  // Followed one by one.
  int64_t bursts() const { return bursts_; }
  // Asked after every few thousand bursts that are followed, if set; may throw.
  std::function<void()> on_bursts;
  int64_t done(Engine engine) const { return units_[index(engine)].done; }
  // Time in execution of commands that have ended.
  double busy(Engine engine) const { return units_[index(engine)].busy_time; }

 private:
  struct Unit {
    std::vector<Command> fifo;  // a ring
    size_t first = 0, used = 0;
    int64_t done = 0;
    bool busy = false;
    bool moving = false;                                     // has bursts to issue
    double event = std::numeric_limits<double>::infinity();  // when it acts next, as things stand
    double wake = 0;  // where it is busy: for the next burst, or at the end
    double free = 0;  // else: not able to start earlier
    double start = 0;
    double busy_time = 0;
    Transfer transfer;
    double issue = 0;
    double end = 0;
    double last_burst = 0;     // end
    std::vector<double> ends;  // of the bursts in flight, a ring
    size_t oldest = 0;
    // Laps of the ring since, and where, a block of bursts began that may repeat.
    size_t block_laps = 0;
    int64_t block_part = 0;  // of the transfer
    double block_start = 0;
    int64_t block_passed = 0;
  };

  bool can_start(const Unit& unit) const;
  void find_event(Unit& unit) const;
  Unit* next_unit(double until);
  void step(Unit& unit, double until);
  void issue_bursts(Unit& unit, double now, double horizon);
  void repeat_block(Unit& unit, double horizon);
  void complete(Unit& unit);

  const MachineTiming& timing_;
  MemoryPath memory_;
  std::array<Unit, kEngineCount> units_;
  std::deque<int64_t> marks_;
  int64_t bursts_ = 0;
  const Unit* last_mover_ = nullptr;  // who issued the last burst
};

}  // namespace hwcvp::latency
