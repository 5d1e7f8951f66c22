#include "schedules/optimizer/search/rough_front.h"

#include <algorithm>

namespace hwcvp::optimizer {

namespace {

constexpr double kHardly = 1.001;  // faster

}  // namespace

size_t RoughFront::count_within(double cycles) const {
  const auto place =
      std::upper_bound(all_.begin(), all_.end(), cycles,
                       [](double limit, const RoughSchedule& known) { return limit < known.cycles; });
  return static_cast<size_t>(place - all_.begin());
}

bool RoughFront::takes(int64_t cost, double cycles) const {
  const size_t faster = count_within(cycles * kHardly);
  return faster == 0 || all_[faster - 1].cost > cost;
}

void RoughFront::offer(const RoughSchedule& schedule) {
  if (!takes(schedule.cost, schedule.cycles)) return;
  // Those that are slower and cost no less follow one another.
  const auto first =
      std::lower_bound(all_.begin(), all_.end(), schedule.cycles,
                       [](const RoughSchedule& known, double cycles) { return known.cycles < cycles; });
  const auto last =
      std::find_if(first, all_.end(), [&](const RoughSchedule& known) { return known.cost < schedule.cost; });
  all_.insert(all_.erase(first, last), schedule);
}

}  // namespace hwcvp::optimizer
