// Notices when the iterations of a loop have become alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hwcvp::latency {

// Watches when the last compute command of each iteration ends. Iterations count as settled once two
// neighbouring windows of them take equally long, each window with as many commands as a FIFO holds or some
// more, so that bursts of all alignments are in it, and the control processor is not about to fall behind the
// engines.
class SteadyState {
 public:
  SteadyState(size_t loops, int64_t fifo_depth);

  // Time that was left out so far.
  double skipped() const { return skipped_; }

  // Every `period` iterations of a loop meet the words of the bus alike.
  void set_period(size_t loop, size_t period) { loops_[loop].period = period; }
  // A loop begins anew, or what follows is not like what came before.
  void restart(size_t loop);
  // An iteration of a loop was issued. `commands` counts those handed over so far, `sleeps` the processor's
  // sleeps so far.
  void issued(size_t loop, int64_t commands, int64_t sleeps, double now);
  // The compute command that ends the earliest iteration issued and not ended yet, of all loops, has ended.
  void ended(double time);
  // Where the loop is settled, leaves out up to `most` iterations, and returns how many.
  int64_t leave_out(size_t loop, int64_t most);

 private:
  struct Issue {
    int64_t commands;
    int64_t sleeps;
    double time;
  };
  struct Loop {
    size_t period = 1;
    uint64_t visit = 0;
    std::vector<Issue> issues;
    std::vector<double> ends;  // of the first of these
  };
  struct Pending {
    size_t loop;
    uint64_t visit;
    double skipped;
  };

  bool settled(const Loop& loop, size_t window, double& cycles) const;

  int64_t window_commands_;
  std::vector<Loop> loops_;
  std::deque<Pending> pending_;
  uint64_t visits_ = 0;
  double skipped_ = 0;
};

}  // namespace hwcvp::latency
