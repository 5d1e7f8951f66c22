#include "schedules/optimizer/objectives/front_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/objectives/tile_multiples.h"
#include "schedules/optimizer/objectives/traffic_starts.h"
#include "schedules/optimizer/objectives/traffic_within.h"
#include "schedules/optimizer/search/annealing.h"
#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/refine.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

constexpr int kWalkInPart = 8000;  // changes of a random walk
constexpr int kWalk = 12000;
constexpr int kImprovements = 16000;   // of what walks have met
constexpr double kMuchFaster = 0.85;   // of a limit: not looked at for improvements
constexpr double kGuess = 1.01;        // of a limit: guesses may be too high
constexpr double kStep = 0.003;        // between guesses that are estimated, where they were too low
constexpr size_t kMostEstimates = 24;  // for one limit
constexpr size_t kEndsWithin = 2;      // that are taken and refined
constexpr size_t kFastEnds = 8;        // whose cycles are estimated
constexpr int kRoundsWithin = 3000;    // of refinement
constexpr int kRoundsFaster = 300;
constexpr double kEnough = 1.01;       // of the bound on cycles
constexpr int kDivisorBetween = 6;     // of walks and rounds
constexpr double kGapInCycles = 1.03;  // between neighbours that are worth a search
constexpr double kGapInCost = 1.005;

// All sets of tensors with two buffers that have those that must.
std::vector<PerTensor<bool>> double_buffer_sets(const PerTensor<bool>& required) {
  std::vector<PerTensor<bool>> sets;
  for (unsigned bits = 0; bits < 1U << kTensorCount; ++bits) {
    PerTensor<bool> set{};
    bool all = true;
    for (size_t t = 0; t < kTensorCount; ++t) {
      set[t] = (bits >> t & 1U) != 0;
      all = all && set[t] >= required[t];
    }
    if (all) sets.push_back(set);
  }
  return sets;
}

}  // namespace

FrontSearch::FrontSearch(SearchContext& context, const MachineTiming& timing)
    : context_(context), timing_(timing), rough_(context.layer(), timing) {}

void FrontSearch::add(const Schedule& schedule, int64_t cost, int64_t cycles) {
  const auto dominates = [](const TimedSchedule& a, int64_t other_cost, int64_t other_cycles) {
    return a.cost <= other_cost && a.cycles <= other_cycles;
  };
  for (const TimedSchedule& known : front_) {
    if (dominates(known, cost, cycles)) return;
  }
  const TimedSchedule added = {schedule, cost, cycles};
  front_.erase(
      std::remove_if(front_.begin(), front_.end(),
                     [&](const TimedSchedule& known) { return dominates(added, known.cost, known.cycles); }),
      front_.end());
  const auto place =
      std::lower_bound(front_.begin(), front_.end(), cycles,
                       [](const TimedSchedule& known, int64_t other) { return known.cycles < other; });
  front_.insert(place, added);
}

const TimedSchedule* FrontSearch::within(int64_t limit) const {
  const TimedSchedule* best = nullptr;
  for (const TimedSchedule& known : front_) {
    if (known.cycles <= limit) best = &known;
  }
  return best;
}

// Whether it is.
bool FrontSearch::add_if_within(int64_t limit, const Schedule& schedule) {
  const Traffic traffic = predict_exact(context_.layer(), schedule).traffic;
  const auto cycles = cycles_within(
      limit, context_.layer(), schedule, traffic, timing_, [this] { return spent(); }, StepLimit::many);
  if (cycles) add(schedule, context_.prices().cost(traffic) - context_.constants_cost(), *cycles);
  return cycles.has_value();
}

bool FrontSearch::search_least_cost(double share) {
  std::vector<Candidate> found;
  add_least_traffic(context_, context_.options(), share, Proofs::taken_over, found);
  if (found.empty()) return false;
  least_cost_ = found.front();
  const Schedule& schedule = least_cost_->schedule;
  const Traffic traffic = predict_exact(context_.layer(), schedule).traffic;
  const auto estimate =
      estimate_latency_until([this] { return spent(); }, context_.layer(), schedule, traffic, timing_);
  if (!estimate) return true;
  add(schedule, context_.prices().cost(traffic) - context_.constants_cost(), estimate->cycles);
  add_more_buffers(schedule);
  return true;
}

// The same nest, with as many tensors having two buffers as fit.
void FrontSearch::add_more_buffers(const Schedule& schedule) {
  for (const PerTensor<bool>& set : double_buffer_sets(schedule.double_buffer)) {
    if (set == schedule.double_buffer || spent()) continue;
    Schedule changed = schedule;
    changed.double_buffer = set;
    const Prediction prediction = predict_exact(context_.layer(), changed);
    if (context_.space().excess(prediction.buffer.bytes) > 0) continue;
    add_if_within(front_.back().cycles, changed);
  }
}

const std::vector<FrontSearch::Part>& FrontSearch::parts() {
  if (parts_) return *parts_;
  parts_.emplace();
  std::vector<PerDim<int64_t>> choices = array_tile_multiples(context_, timing_);
  choices.push_back(context_.options().constraints.tile_multiple);
  for (const PerDim<int64_t>& multiples : choices) {
    OptimizerOptions choice = context_.options();
    choice.constraints.tile_multiple = multiples;
    Part part;
    part.context =
        std::make_unique<SearchContext>(context_.layer(), choice, least_traffic_, context_.budget());
    for (const PerTensor<bool>& set : double_buffer_sets(context_.options().double_buffer)) {
      if (spent()) break;
      choice.double_buffer = set;
      SearchContext with_set(context_.layer(), choice, least_traffic_, context_.budget());
      Descent(with_set).search_quickly();
      context_.count(with_set.evaluated());
      if (with_set.found()) offer_rough(*part.context, rough_, with_set.best().schedule, part.starts);
    }
    if (part.starts.all().empty()) continue;
    for (const RoughSchedule& start : part.starts.all()) guessed_.offer(start);
    parts_->push_back(std::move(part));
  }
  return *parts_;
}

// In all parts, and from what these walks have met between two numbers of cycles.
void FrontSearch::walk(double limit, double from, double to, int divisor) {
  for (const Part& part : parts()) {
    const std::vector<RoughSchedule>& starts = part.starts.all();
    const size_t within = part.starts.count_within(limit);
    const int64_t before = part.context->evaluated();
    anneal(*part.context, rough_, limit, kWalkInPart / divisor, starts[within > 0 ? within - 1 : 0].schedule,
           guessed_);
    context_.count(part.context->evaluated() - before);
  }
  const size_t within = guessed_.count_within(limit);
  if (guessed_.all().empty()) return;
  const Schedule start = guessed_.all()[within > 0 ? within - 1 : 0].schedule;
  anneal(context_, rough_, limit, kWalk / divisor, start, guessed_);
  improve_front(context_, rough_, from, to, kImprovements / divisor, guessed_);
}

int64_t FrontSearch::enough_cycles() const {
  return static_cast<int64_t>(
      std::floor(kEnough * static_cast<double>(latency_bound(context_.layer(), timing_))));
}

void FrontSearch::search_fewest_cycles() {
  const int64_t enough = enough_cycles();
  if (front_.empty() || front_.front().cycles <= enough) return;
  const auto fastest = static_cast<double>(front_.front().cycles);
  walk(0, 0, fastest * kGuess, 1);
  double next = 0;
  size_t found = 0;
  for (size_t estimates = 0; estimates < kMostEstimates && found < kFastEnds; ++estimates) {
    const size_t below = guessed_.count_within(next);
    if (below == guessed_.all().size() || spent()) break;
    const RoughSchedule& guess = guessed_.all()[below];
    // One that takes long to estimate has many like it.
    const bool taken = add_if_within(front_.back().cycles, guess.schedule);
    found += taken ? 1 : 0;
    next = guess.cycles * (taken ? 1 : 1 + kStep);
  }
  if (front_.front().cycles <= enough) return;
  const LeastLatency least_latency(timing_);
  SearchContext latency(context_.layer(), context_.options(), least_latency, context_.budget());
  Schedule refined = front_.front().schedule;
  refine(latency, kRoundsFaster, refined);
  context_.count(latency.evaluated());
  add_if_within(front_.back().cycles, refined);
}

void FrontSearch::search_least_cost_within(int64_t limit, int divisor) {
  const TimedSchedule* known = within(limit);
  if (known == nullptr || known->cost <= front_.back().cost) return;
  const auto most = static_cast<double>(limit);
  walk(most, kMuchFaster * most, kGuess * most, divisor);
  std::vector<Schedule> starts;
  double next = kGuess * most;
  for (size_t estimates = 0; estimates < kMostEstimates && starts.size() < kEndsWithin; ++estimates) {
    const size_t count = guessed_.count_within(next);
    if (count == 0 || spent()) break;
    const RoughSchedule& guess = guessed_.all()[count - 1];
    if (add_if_within(limit, guess.schedule)) {
      starts.push_back(guess.schedule);
      next = std::nextafter(guess.cycles, 0);
    } else {
      next = guess.cycles * (1 - kStep);
    }
  }
  if (starts.empty()) starts.push_back(within(limit)->schedule);
  for (const Schedule& start : starts) refine_within(limit, start, kRoundsWithin / divisor);
}

// The geometric mean of two neighbours' cycles, or of the highest limit that was tried between them and the
// slower one's; none where all are close to one another. Wide is what is wide in cycles and in cost.
std::optional<int64_t> FrontSearch::limit_in_widest_gap(const std::vector<int64_t>& tried) const {
  std::optional<int64_t> limit;
  double widest = 0;
  for (size_t i = 1; i < front_.size(); ++i) {
    const TimedSchedule& faster = front_[i - 1];
    const TimedSchedule& slower = front_[i];
    int64_t from = faster.cycles;
    for (const int64_t other : tried) {
      if (other < slower.cycles) from = std::max(from, other);
    }
    const double in_cycles = static_cast<double>(slower.cycles) / static_cast<double>(from);
    const double in_cost =
        static_cast<double>(faster.cost) / static_cast<double>(std::max(slower.cost, int64_t{1}));
    if (in_cycles < kGapInCycles || in_cost < kGapInCost) continue;
    const double width = std::log(in_cycles) * std::log(in_cost);
    if (width <= widest) continue;
    widest = width;
    limit = static_cast<int64_t>(static_cast<double>(from) * std::sqrt(in_cycles));
  }
  return limit;
}

void FrontSearch::search_between(int limits) {
  std::vector<int64_t> tried;
  for (; limits > 0 && !spent(); --limits) {
    const std::optional<int64_t> limit = limit_in_widest_gap(tried);
    if (!limit) return;
    tried.push_back(*limit);
    search_least_cost_within(*limit, kDivisorBetween);
  }
}

void FrontSearch::refine_within(int64_t limit, Schedule schedule, int rounds) {
  if (spent()) return;
  const TrafficWithin objective(timing_, limit);
  SearchContext inner(context_.layer(), context_.options(), objective, context_.budget());
  refine(inner, rounds, schedule);
  context_.count(inner.evaluated());
  add_if_within(limit, schedule);
}

}  // namespace hwcvp::optimizer
