// The search for schedules that are worth having where both bytes and cycles count.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "schedules/latency/machine_timing.h"
#include "schedules/latency/rough_latency.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/optimizer/problem/timed_schedule.h"
#include "schedules/optimizer/search/rough_front.h"

namespace hwcvp::optimizer {

// Does not prove anything but what the search for least traffic proves, which the context takes over.
//
// Keeps the schedules that it has met of which none costs less and takes no more cycles than another. Random
// walks go by a guess at the cycles; the latency model is asked for the few that would be taken.
class FrontSearch {
 public:
  // The context and the timing must outlive it.
  FrontSearch(SearchContext& context, const MachineTiming& timing);

  // Looks for the least cost with a share of the budget, and gives its schedule further double buffers where
  // these fit. False where nothing fits.
  bool search_least_cost(double share);
  // Looks for the fewest cycles, until they are at most enough_cycles().
  void search_fewest_cycles();
  // Hardly more than the bound on cycles: not worth a search for fewer.
  int64_t enough_cycles() const;
  // Looks for the least cost among schedules of at most `limit` cycles.
  void search_least_cost_within(int64_t limit) { search_least_cost_within(limit, 1); }
  // Does so at up to so many limits, each in the widest gap of what is known, with less effort each.
  void search_between(int limits);

  // The schedule of least cost, whose cycles may be unknown where the budget was spent early.
  const Candidate& least_cost() const { return *least_cost_; }
  // What is known by ascending cycles, and descending cost; nothing where the budget was spent early.
  const std::vector<TimedSchedule>& front() const { return front_; }
  // The one that costs least of those that take at most `limit` cycles.
  const TimedSchedule* within(int64_t limit) const;

 private:
  // A part of the space, and schedules of little traffic in it.
  struct Part {
    std::unique_ptr<SearchContext> context;
    RoughFront starts;
  };

  void add(const Schedule& schedule, int64_t cost, int64_t cycles);
  std::optional<int64_t> limit_in_widest_gap(const std::vector<int64_t>& tried) const;
  bool add_if_within(int64_t limit, const Schedule& schedule);
  void add_more_buffers(const Schedule& schedule);
  const std::vector<Part>& parts();
  void search_least_cost_within(int64_t limit, int divisor);
  void walk(double limit, double from, double to, int divisor);
  void refine_within(int64_t limit, Schedule schedule, int rounds);
  bool spent() { return context_.budget().spent_now(); }

  SearchContext& context_;
  const MachineTiming& timing_;
  const RoughLatency rough_;
  const LeastTraffic least_traffic_;
  std::optional<std::vector<Part>> parts_;
  RoughFront guessed_;
  std::optional<Candidate> least_cost_;
  std::vector<TimedSchedule> front_;
};

}  // namespace hwcvp::optimizer
