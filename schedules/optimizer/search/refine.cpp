#include "schedules/optimizer/search/refine.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>

#include "schedules/optimizer/search/machine_work.h"
#include "schedules/optimizer/search/nest_changes.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

class Refinement {
 public:
  explicit Refinement(SearchContext& context)
      : context_(context),
        layer_(context.layer()),
        space_(context.space()),
        changes_(context, context.objective().may_double_buffers()) {}

  void run(int rounds, Schedule& best) {
    if (changes_.none() || context_.budget().spent_now()) return;
    const std::optional<Score> begin = evaluate(best, {std::numeric_limits<int64_t>::max(), 0, 0, 0});
    if (!begin) return;  // its value takes long to know
    Score score = *begin;
    // Where rows and columns are alike, runs of bytes are longer one way round.
    if (const std::optional<Schedule> other = with_axes_swapped(best)) {
      context_.count();
      if (const std::optional<Score> next = evaluate(*other, score)) {
        score = *next;
        best = *other;
      }
    }
    for (int round = 0; round < rounds && !context_.budget().spent_now(); ++round) {
      Schedule changed = best;
      if (!changes_.change(changed) || changed == best) continue;
      context_.count();
      if (const std::optional<Score> next = evaluate(changed, score)) {
        score = *next;
        best = std::move(changed);
      }
    }
  }

 private:
  struct Score {
    int64_t value;  // of the objective
    int64_t cost;
    int64_t traffic;
    double work;

    // The more important things first, up to the work that a machine has.
    bool operator>(const Score& other) const {
      return std::tie(value, cost, traffic, work) >
             std::tie(other.value, other.cost, other.traffic, other.work);
    }
  };

  // The score of a schedule that fits and is no worse than `limit`.
  std::optional<Score> evaluate(const Schedule& schedule, const Score& limit) const {
    const Prediction prediction = predict_exact(layer_, schedule);
    if (space_.excess(prediction.buffer.bytes) > 0) return std::nullopt;
    const Traffic& traffic = prediction.traffic;
    const auto value = context_.objective().value_within(limit.value, context_, schedule, traffic);
    if (!value) return std::nullopt;
    Score score{*value, context_.prices().cost(traffic), traffic.total(), 0};
    if (score > limit) return std::nullopt;
    score.work = machine_work(layer_, schedule);
    if (score > limit || !context_.objective().admits(context_, schedule, traffic)) return std::nullopt;
    return score;
  }

  // With loops over columns in place of those over rows, and the other way round; nothing where tiles grow or
  // constraints tell the axes apart.
  std::optional<Schedule> with_axes_swapped(const Schedule& schedule) const {
    const auto other = [](Dim dim) {
      switch (dim) {
        case Dim::OY:
          return Dim::OX;
        case Dim::OX:
          return Dim::OY;
        case Dim::FY:
          return Dim::FX;
        case Dim::FX:
          return Dim::FY;
        default:
          return dim;
      }
    };
    if (!space_.outer_loops().empty()) return std::nullopt;
    Schedule swapped = schedule;
    PerDim<int64_t> left = space_.tiles_left();
    for (Loop& loop : swapped.loops) {
      loop.dim = other(loop.dim);
      if (loop.tile >= left[index(loop.dim)] || space_.least_tile(loop.dim) > 1) return std::nullopt;
      left[index(loop.dim)] = loop.tile;
    }
    return swapped;
  }

  SearchContext& context_;
  const Layer& layer_;
  const SearchSpace& space_;
  NestChanges changes_;
};

}  // namespace

void refine(SearchContext& context, int rounds, Schedule& schedule) {
  Refinement(context).run(rounds, schedule);
}

}  // namespace hwcvp::optimizer
