#include "schedules/optimizer/search/refine.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

#include "schedules/optimizer/search/machine_work.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

class Refinement {
 public:
  explicit Refinement(SearchContext& context)
      : context_(context),
        layer_(context.layer()),
        space_(context.space()),
        outer_(space_.outer_loops().size()),
        extents_(space_.tiles_left()),
        may_double_(context.objective().may_double_buffers()) {
    for (const Dim dim : kDims) {
      std::vector<int64_t>& tiles = tiles_[index(dim)];
      tiles = space_.distinct_tiles(dim);
      tiles.erase(tiles.begin());
      if (!tiles.empty()) dims_.push_back(dim);
    }
  }

  void run(int rounds, Schedule& best) {
    if ((dims_.empty() && !may_double_) || context_.budget().spent_now()) return;
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
      do {
        change(changed);
      } while (random_() % 2 == 0);
      if (!tidy(changed) || changed == best) continue;
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
    if (score > limit) return std::nullopt;
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
    if (outer_ > 0) return std::nullopt;
    Schedule swapped = schedule;
    PerDim<int64_t> left = extents_;
    for (Loop& loop : swapped.loops) {
      loop.dim = other(loop.dim);
      if (loop.tile >= left[index(loop.dim)] || space_.least_tile(loop.dim) > 1) return std::nullopt;
      left[index(loop.dim)] = loop.tile;
    }
    return swapped;
  }

  size_t pick(size_t count) { return random_() % count; }

  // A loop that is not one of the fixed outer ones; there is one.
  size_t pick_loop(const std::vector<Loop>& loops) { return outer_ + pick(loops.size() - outer_); }

  int64_t pick_tile(Dim dim) {
    // Any tile now and then: several loops of a dimension together can cut it unevenly to advantage.
    if (pick(4) == 0) {
      const int64_t multiple = space_.least_tile(dim);
      const int64_t largest = space_.next_tile(dim, extents_[index(dim)]);
      return multiple * (1 + static_cast<int64_t>(pick(static_cast<size_t>(largest / multiple))));
    }
    return tiles_[index(dim)][pick(tiles_[index(dim)].size())];
  }

  void change(Schedule& schedule) {
    std::vector<Loop>& loops = schedule.loops;
    switch (pick(may_double_ ? 6 : 5)) {
      case 0:
        if (loops.size() > outer_) remove_loop(schedule, pick_loop(loops));
        break;
      case 1:
        if (loops.size() > outer_) {
          Loop& loop = loops[pick_loop(loops)];
          loop.tile = pick_tile(loop.dim);
        }
        break;
      case 2:
        if (loops.size() > outer_) {
          const size_t from = pick_loop(loops);
          const Loop loop = loops[from];
          remove_loop(schedule, from);
          insert(schedule, loop);
        }
        break;
      case 3:
        schedule.buffer_level[pick(kTensorCount)] = static_cast<int>(pick(loops.size() + 1));
        break;
      case 4: {
        if (dims_.empty()) break;
        const Dim dim = dims_[pick(dims_.size())];
        insert(schedule, {dim, pick_tile(dim)});
        break;
      }
      default: {
        const size_t tensor = pick(kTensorCount);
        const bool required = context_.options().double_buffer[tensor];
        schedule.double_buffer[tensor] = required || !schedule.double_buffer[tensor];
      }
    }
  }

  // At a random place; a buffer at that place comes to lie inside or outside the loop.
  void insert(Schedule& schedule, const Loop& loop) {
    const size_t place = outer_ + pick(schedule.loops.size() - outer_ + 1);
    schedule.loops.insert(schedule.loops.begin() + static_cast<std::ptrdiff_t>(place), loop);
    for (int& level : schedule.buffer_level) {
      if (level > static_cast<int>(place) || (level == static_cast<int>(place) && pick(2) == 0)) ++level;
    }
  }

  // Drops the loops that cut nothing and those inside all buffers, but no outer ones. False where a tile
  // grows or the levels are not those that are asked for.
  bool tidy(Schedule& schedule) const {
    const int innermost = *std::max_element(schedule.buffer_level.begin(), schedule.buffer_level.end());
    schedule.loops.resize(std::max(static_cast<size_t>(innermost), outer_));
    PerDim<int64_t> left = extents_;
    for (size_t i = outer_; i < schedule.loops.size();) {
      const Loop& loop = schedule.loops[i];
      int64_t& extent = left[index(loop.dim)];
      if (loop.tile > extent) return false;
      if (loop.tile == extent) {
        remove_loop(schedule, i);
      } else {
        extent = loop.tile;
        ++i;
      }
    }
    return space_.levels_possible(schedule.buffer_level, schedule.loops.size());
  }

  SearchContext& context_;
  const Layer& layer_;
  const SearchSpace& space_;
  const size_t outer_;  // fixed outer loops
  const PerDim<int64_t> extents_;
  const bool may_double_;               // buffers that need not be
  std::vector<Dim> dims_;               // that can be cut
  PerDim<std::vector<int64_t>> tiles_;  // one for each number of trips that the extent can be cut into
  std::mt19937 random_;
};

}  // namespace

void refine(SearchContext& context, int rounds, Schedule& schedule) {
  Refinement(context).run(rounds, schedule);
}

}  // namespace hwcvp::optimizer
