#include "schedules/optimizer/refine.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "schedules/exact_predictor.h"
#include "schedules/optimizer/machine_work.h"

namespace hwcvp::optimizer {

namespace {

class Refinement {
 public:
  Refinement(const Layer& layer, const OptimizerOptions& options)
      : layer_(layer), options_(options), extents_(layer.extents()) {
    for (const Dim dim : kDims) {
      const int64_t extent = extents_[index(dim)];
      if (extent > 1) dims_.push_back(dim);
      for (int64_t tile = extent; tile > 1;) {
        const int64_t trips = (extent + tile - 2) / (tile - 1);  // the next number that takes a smaller tile
        tile = (extent + trips - 1) / trips;
        tiles_[index(dim)].push_back(tile);
      }
    }
  }

  void run(int rounds, Schedule& best, int64_t& evaluated) {
    if (dims_.empty()) return;
    Score score = *evaluate(best, {std::numeric_limits<int64_t>::max(), 0});
    for (int round = 0; round < rounds; ++round) {
      Schedule changed = best;
      do {
        change(changed);
      } while (random_() % 2 == 0);
      if (!tidy(changed) || changed == best) continue;
      ++evaluated;
      if (const std::optional<Score> next = evaluate(changed, score)) {
        score = *next;
        best = std::move(changed);
      }
    }
  }

 private:
  struct Score {
    int64_t traffic;
    double work;
  };

  // The score of a schedule that fits and is no worse than `limit`.
  std::optional<Score> evaluate(const Schedule& schedule, const Score& limit) const {
    const Prediction prediction = predict_exact(layer_, schedule);
    const int64_t traffic = prediction.traffic.total();
    if (prediction.buffer.total() > options_.buffer_bytes || traffic > limit.traffic) return std::nullopt;
    const double work = machine_work(layer_, schedule);
    if (traffic == limit.traffic && work > limit.work) return std::nullopt;
    return Score{traffic, work};
  }

  size_t pick(size_t count) { return random_() % count; }

  int64_t pick_tile(Dim dim) {
    // Any tile now and then: several loops of a dimension together can cut it unevenly to advantage.
    if (pick(4) == 0) return 1 + static_cast<int64_t>(pick(static_cast<size_t>(extents_[index(dim)] - 1)));
    return tiles_[index(dim)][pick(tiles_[index(dim)].size())];
  }

  void change(Schedule& schedule) {
    std::vector<Loop>& loops = schedule.loops;
    switch (pick(5)) {
      case 0:
        if (!loops.empty()) remove(schedule, pick(loops.size()));
        break;
      case 1:
        if (!loops.empty()) {
          Loop& loop = loops[pick(loops.size())];
          loop.tile = pick_tile(loop.dim);
        }
        break;
      case 2:
        if (!loops.empty()) {
          const size_t from = pick(loops.size());
          const Loop loop = loops[from];
          remove(schedule, from);
          insert(schedule, loop);
        }
        break;
      case 3:
        schedule.buffer_level[pick(kTensorCount)] = static_cast<int>(pick(loops.size() + 1));
        break;
      default: {
        const Dim dim = dims_[pick(dims_.size())];
        insert(schedule, {dim, pick_tile(dim)});
      }
    }
  }

  static void remove(Schedule& schedule, size_t place) {
    schedule.loops.erase(schedule.loops.begin() + static_cast<std::ptrdiff_t>(place));
    for (int& level : schedule.buffer_level) level -= level > static_cast<int>(place) ? 1 : 0;
  }

  // At a random place; a buffer at that place comes to lie inside or outside the loop.
  void insert(Schedule& schedule, const Loop& loop) {
    const size_t place = pick(schedule.loops.size() + 1);
    schedule.loops.insert(schedule.loops.begin() + static_cast<std::ptrdiff_t>(place), loop);
    for (int& level : schedule.buffer_level) {
      if (level > static_cast<int>(place) || (level == static_cast<int>(place) && pick(2) == 0)) ++level;
    }
  }

  // Drops the loops that cut nothing and those inside all buffers. False where a tile grows.
  bool tidy(Schedule& schedule) const {
    const int innermost = *std::max_element(schedule.buffer_level.begin(), schedule.buffer_level.end());
    schedule.loops.resize(static_cast<size_t>(innermost));
    PerDim<int64_t> left = extents_;
    for (size_t i = 0; i < schedule.loops.size();) {
      const Loop& loop = schedule.loops[i];
      int64_t& extent = left[index(loop.dim)];
      if (loop.tile > extent) return false;
      if (loop.tile == extent) {
        remove(schedule, i);
      } else {
        extent = loop.tile;
        ++i;
      }
    }
    return schedule.loops.size() <= Schedule::kMaxLoops;
  }

  const Layer& layer_;
  const OptimizerOptions& options_;
  const PerDim<int64_t> extents_;
  std::vector<Dim> dims_;               // that can be cut
  PerDim<std::vector<int64_t>> tiles_;  // one for each number of trips that the extent can be cut into
  std::mt19937 random_;
};

}  // namespace

void refine(const Layer& layer, const OptimizerOptions& options, int rounds, Schedule& schedule,
            int64_t& evaluated) {
  Refinement(layer, options).run(rounds, schedule, evaluated);
}

}  // namespace hwcvp::optimizer
