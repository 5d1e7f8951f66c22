#include "schedules/latency/steady_state.h"

#include <algorithm>
#include <cmath>

#include "schedules/math/division.h"

namespace hwcvp::latency {

namespace {

constexpr int64_t kLeastWindow = 64;  // commands
constexpr size_t kLongestPeriod = 4;  // in windows

// How much two windows may differ, relative to their length. Iterations are not quite alike where bursts
// break at multiples of their size, so that after many the average is taken.
double tolerance(size_t windows) { return windows <= 8 ? 1e-3 : windows <= 32 ? 5e-3 : 2e-2; }

}  // namespace

SteadyState::SteadyState(size_t loops, int64_t fifo_depth)
    : window_commands_(std::max(kLeastWindow, fifo_depth)), loops_(loops) {}

void SteadyState::restart(size_t loop) {
  Loop& l = loops_[loop];
  l.visit = ++visits_;
  l.issues.clear();
  l.ends.clear();
}

void SteadyState::issued(size_t loop, int64_t commands, int64_t sleeps, double now) {
  loops_[loop].issues.push_back({commands, sleeps, now + skipped_});
  pending_.push_back({loop, loops_[loop].visit, skipped_});
}

void SteadyState::ended(double time) {
  const Pending pending = pending_.front();
  pending_.pop_front();
  Loop& loop = loops_[pending.loop];
  if (loop.visit == pending.visit) loop.ends.push_back(time + pending.skipped);
}

bool SteadyState::settled(const Loop& loop, size_t window, double& cycles) const {
  const size_t last = loop.ends.size() - 1;
  if (last < 2 * window) return false;
  const double late = loop.ends[last] - loop.ends[last - window];
  const double early = loop.ends[last - window] - loop.ends[last - 2 * window];
  const double allowed = tolerance(last / window) * late;
  if (std::fabs(late - early) > allowed) return false;
  const Issue& now = loop.issues[last];
  const Issue& before = loop.issues[last - window];
  if (now.sleeps == before.sleeps && now.time - before.time > late + allowed) return false;
  cycles = (late + early) / static_cast<double>(2 * window);
  return true;
}

int64_t SteadyState::leave_out(size_t index, int64_t most) {
  Loop& loop = loops_[index];
  if (loop.ends.size() < 3 || most < 1) return 0;
  const size_t last = loop.ends.size() - 1;
  const int64_t commands = loop.issues[last].commands - loop.issues[last - 1].commands;
  const int64_t enough = window_commands_ / std::max<int64_t>(commands, 1) + 1;
  const auto shortest = static_cast<size_t>(up_to_multiple(enough, static_cast<int64_t>(loop.period)));
  for (size_t windows = 1; windows <= kLongestPeriod; ++windows) {
    double cycles = 0;
    const size_t window = windows * shortest;
    if (!settled(loop, window, cycles)) continue;
    const auto period = static_cast<int64_t>(windows == 1 ? 1 : window);
    const int64_t iterations = most / period * period;
    if (iterations == 0) continue;
    skipped_ += cycles * static_cast<double>(iterations);
    restart(index);
    return iterations;
  }
  return 0;
}

}  // namespace hwcvp::latency
