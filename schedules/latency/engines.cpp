#include "schedules/latency/engines.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hwcvp::latency {

namespace {
constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr size_t kBlockBursts = 64;
constexpr size_t kFillingLaps = 3;
constexpr int64_t kBetweenCalls = 4096;  // bursts, some hundred microseconds
}  // namespace

Engines::Engines(const MachineTiming& timing) : timing_(timing), memory_(timing) {
  for (Unit& unit : units_) {
    unit.fifo.resize(static_cast<size_t>(timing.fifo_depth) + 1);
    unit.ends.resize(static_cast<size_t>(timing.outstanding));
  }
}

void Engines::push(Engine engine, const Command& command) {
  Unit& unit = units_[index(engine)];
  unit.fifo[(unit.first + unit.used) % unit.fifo.size()] = command;
  ++unit.used;
  if (!unit.busy && unit.used == 1) find_event(unit);
}

bool Engines::can_start(const Unit& unit) const {
  if (unit.used == 0) return false;
  const auto& wait = unit.fifo[unit.first].wait;
  for (size_t i = 0; i < kEngineCount; ++i) {
    if (units_[i].done < wait[i]) return false;
  }
  return true;
}

void Engines::find_event(Unit& unit) const {
  unit.event = unit.busy         ? unit.wake
               : can_start(unit) ? std::max(unit.free, unit.fifo[unit.first].visible)
                                 : kNever;
}

// The one with the earliest event before `until`, or none.
Engines::Unit* Engines::next_unit(double until) {
  Unit* next = nullptr;
  for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit) {
    if (unit->event >= until) continue;
    until = unit->event;
    next = &*unit;
  }
  return next;
}

// Nobody else acts before `horizon`.
void Engines::issue_bursts(Unit& unit, double now, double horizon) {
  if (last_mover_ != &unit) unit.block_laps = 0;
  last_mover_ = &unit;
  while (!unit.transfer.done()) {
    const double issue = std::max(unit.issue + 1, unit.ends[unit.oldest]);
    if (issue > now + timing_.quantum_cycles) {
      if (issue >= horizon) {
        unit.wake = issue;
        return;
      }
      now = issue;
    }
    unit.issue = issue;
    const Burst burst = unit.transfer.burst(timing_.max_burst_bytes, timing_.aligned_bursts);
    const double end = memory_.access(issue, burst, &unit >= &units_[index(Engine::store)]);
    if (++bursts_ % kBetweenCalls == 0 && on_bursts) on_bursts();
    unit.transfer.advance(burst.bytes);
    unit.ends[unit.oldest] = end;
    if (++unit.oldest == unit.ends.size()) unit.oldest = 0;
    unit.end = std::max(unit.end, end);
    unit.last_burst = end;
    if (unit.oldest == 0 && memory_.repeats()) repeat_block(unit, horizon);
  }
  unit.moving = false;
  unit.wake = unit.end;
}

// After a lap of the bursts in flight. The first laps fill the way to the memory, a block of others is taken
// for all that follow, and the last ones are followed again.
void Engines::repeat_block(Unit& unit, double horizon) {
  for (const Unit& other : units_) {  // who has had its share of the memory until now
    if (&other != &unit && (other.moving || other.last_burst > unit.issue)) unit.block_laps = 0;
  }
  if (unit.block_part != unit.transfer.parts_begun()) {
    unit.block_part = unit.transfer.parts_begun();
    unit.block_laps = 0;
  }
  const size_t laps = ++unit.block_laps;
  if (laps == kFillingLaps) {
    unit.block_start = unit.issue;
    unit.block_passed = unit.transfer.bytes_passed();
  }
  if (laps <= kFillingLaps || (laps - kFillingLaps) * unit.ends.size() < kBlockBursts) return;
  const int64_t bytes = unit.transfer.bytes_passed() - unit.block_passed;
  const double cycles = unit.issue - unit.block_start;
  const auto before_horizon = std::floor(std::min((horizon - unit.issue) / cycles, 1e15));
  const int64_t blocks =
      std::min(static_cast<int64_t>(before_horizon), unit.transfer.bytes_left() / bytes) - 1;
  unit.block_laps = 0;
  if (blocks <= 0) return;
  const double duration = static_cast<double>(blocks) * cycles;
  unit.transfer.skip(blocks * bytes);
  unit.issue += duration;
  unit.end += duration;
  unit.last_burst += duration;
  for (double& end : unit.ends) end += duration;
  memory_.prolong(duration);
}

void Engines::step(Unit& unit, double until) {
  if (unit.busy && !unit.moving) {
    complete(unit);
    return;
  }
  if (!unit.busy) {
    const Command& command = unit.fifo[unit.first];
    const double start = std::max(unit.free, command.visible);
    unit.busy = true;
    unit.start = start;
    unit.end = start + command.least_cycles;
    if (command.payload.tensor != nullptr || command.payload.bytes != 0) {
      unit.transfer = Transfer(command.payload);
    }
    unit.moving = !unit.transfer.done();
    unit.wake = unit.moving ? start : unit.end;
    if (++unit.first == unit.fifo.size()) unit.first = 0;
    --unit.used;
    if (!unit.moving) {
      find_event(unit);
      return;
    }
    unit.issue = start;
    unit.block_laps = 0;
    std::fill(unit.ends.begin(), unit.ends.end(), start);
  }
  for (const Unit& other : units_) {
    if (&other != &unit) until = std::min(until, other.event);
  }
  issue_bursts(unit, unit.wake, until);
  find_event(unit);
}

void Engines::complete(Unit& unit) {
  const double now = unit.wake;
  std::array<bool, kEngineCount> could_start{};
  for (size_t i = 0; i < kEngineCount; ++i) could_start[i] = !units_[i].busy && units_[i].event < kNever;
  unit.busy = false;
  unit.busy_time += now - unit.start;
  ++unit.done;
  for (size_t i = 0; i < kEngineCount; ++i) {
    if (units_[i].busy || could_start[i]) continue;
    units_[i].free = now;
    find_event(units_[i]);
  }
  const bool computes = &unit == &units_[index(Engine::compute)];
  while (computes && !marks_.empty() && marks_.front() <= unit.done) {
    marks_.pop_front();
    on_mark(now);
  }
  // At the same time the engine itself goes on before others begin.
  if (can_start(unit) && unit.fifo[unit.first].visible <= now) step(unit, now);
}

void Engines::advance(double until) {
  while (Unit* const unit = next_unit(until)) step(*unit, until);
}

double Engines::await_half_free(Engine engine, double now) {
  advance(now);
  const Unit& awaited = units_[index(engine)];
  const auto depth = static_cast<size_t>(timing_.fifo_depth);
  const size_t most = depth / 2;  // that a FIFO holds when half of it is free
  double time = now;
  while (awaited.used > most) {
    Unit* const unit = next_unit(kNever);
    if (unit == nullptr) break;
    const double event = unit->event;
    time = std::max(time, event);
    // Once the last command in the way begins, the processor may act right after; it does not before.
    const bool last = unit == &awaited && awaited.used == most + 1 && !(unit->busy && unit->moving);
    step(*unit, last ? event : kNever);
  }
  return time;
}

double Engines::finish() {
  double time = 0;
  while (Unit* const unit = next_unit(kNever)) {
    time = std::max(time, unit->event);
    step(*unit, kNever);
  }
  return time;
}

}  // namespace hwcvp::latency
