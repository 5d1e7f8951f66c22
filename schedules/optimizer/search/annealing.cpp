#include "schedules/optimizer/search/annealing.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "schedules/optimizer/search/nest_changes.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

constexpr double kHot = 0.05;  // a rise of as much, in the logarithm, is often taken at first
constexpr double kCold = 0.0005;
constexpr double kPenalty = 4;       // of the logarithm of cycles beyond the limit
constexpr double kCostShare = 0.05;  // of the logarithm of the cost in a walk for few cycles

// Nothing where it does not fit.
std::optional<RoughSchedule> rough_schedule(const SearchContext& context, const RoughLatency& rough,
                                            Schedule schedule) {
  const Prediction prediction = predict_exact(context.layer(), schedule);
  if (context.space().excess(prediction.buffer.bytes) > 0) return std::nullopt;
  const Traffic& traffic = prediction.traffic;
  RoughSchedule result;
  result.cost = context.prices().cost(traffic) - context.constants_cost();
  result.cycles = rough.cycles(schedule, {traffic.input_read, traffic.weight_read,
                                          traffic.output_write + traffic.psum_read + traffic.psum_write});
  result.schedule = std::move(schedule);
  return result;
}

double energy(const RoughSchedule& schedule, double limit) {
  const double cost = std::log(static_cast<double>(std::max<int64_t>(schedule.cost, 1)));
  const double cycles = std::log(schedule.cycles);
  return limit > 0 ? cost + kPenalty * std::max(cycles - std::log(limit), 0.0) : cycles + kCostShare * cost;
}

}  // namespace

void offer_rough(const SearchContext& context, const RoughLatency& rough, const Schedule& schedule,
                 RoughFront& front) {
  if (const auto known = rough_schedule(context, rough, schedule)) front.offer(*known);
}

void anneal(SearchContext& context, const RoughLatency& rough, double limit, int rounds,
            const Schedule& start, RoughFront& front) {
  NestChanges changes(context, true);
  std::optional<RoughSchedule> now = rough_schedule(context, rough, start);
  if (!now || changes.none()) return;
  front.offer(*now);
  double energy_now = energy(*now, limit);
  double temperature = kHot;
  const double cooling = std::pow(kCold / kHot, 1.0 / std::max(rounds, 1));
  for (int round = 0; round < rounds && !context.budget().spent(); ++round, temperature *= cooling) {
    Schedule changed = now->schedule;
    if (!changes.change(changed)) continue;
    context.count();
    std::optional<RoughSchedule> next = rough_schedule(context, rough, std::move(changed));
    if (!next) continue;
    front.offer(*next);
    const double energy_next = energy(*next, limit);
    const double rise = energy_next - energy_now;
    constexpr double kRange = 4294967296.0;
    if (rise > 0 && static_cast<double>(changes.random()) / kRange >= std::exp(-rise / temperature)) continue;
    now = std::move(next);
    energy_now = energy_next;
  }
}

void improve_front(SearchContext& context, const RoughLatency& rough, double from, double to, int rounds,
                   RoughFront& front) {
  NestChanges changes(context, true);
  if (changes.none()) return;
  for (int round = 0; round < rounds && !context.budget().spent(); ++round) {
    const size_t first = front.count_within(from);
    const size_t last = front.count_within(to);
    if (first >= last) return;
    Schedule changed = front.all()[first + changes.random() % (last - first)].schedule;
    if (!changes.change(changed)) continue;
    context.count();
    if (const auto next = rough_schedule(context, rough, std::move(changed))) front.offer(*next);
  }
}

}  // namespace hwcvp::optimizer
