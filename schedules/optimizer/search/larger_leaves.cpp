#include "schedules/optimizer/search/larger_leaves.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "schedules/optimizer/search/machine_work.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

namespace {

class Enlargement {
 public:
  Enlargement(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
              Schedule& schedule, int64_t& evaluated)
      : layer_(layer), options_(options), space_(space), best_(schedule), evaluated_(evaluated) {
    const Traffic traffic = predict_exact(layer, schedule).traffic;
    cost_ = options.constraints.prices.cost(traffic);
    bytes_ = traffic.total();
    work_ = machine_work(layer, schedule);
  }

  void run() {
    constexpr int kRounds = 4;
    bool better = true;
    for (int round = 0; better && round < kRounds; ++round) {
      better = false;
      for (size_t i = best_.loops.size(); i-- > space_.outer_loops().size();) {
        better = remove(i) || widen(i) || better;
      }
    }
  }

 private:
  bool take_if_better(Schedule changed) {
    ++evaluated_;
    if (!space_.levels_possible(changed.buffer_level, {true, true, true}, changed.loops.size())) return false;
    const Prediction prediction = predict_exact(layer_, changed);
    const int64_t cost = options_.constraints.prices.cost(prediction.traffic);
    if (cost > cost_ || prediction.traffic.total() > bytes_) return false;
    if (space_.excess(prediction.buffer.bytes) > 0) return false;
    const double work = machine_work(layer_, changed);
    if (work >= work_) return false;
    cost_ = cost;
    bytes_ = prediction.traffic.total();
    work_ = work;
    best_ = std::move(changed);
    return true;
  }

  bool remove(size_t place) {
    Schedule changed = best_;
    remove_loop(changed, place);
    return take_if_better(std::move(changed));
  }

  // The tile in force outside a loop.
  int64_t outside(size_t place) const {
    for (size_t i = place; i-- > 0;) {
      if (best_.loops[i].dim == best_.loops[place].dim) return best_.loops[i].tile;
    }
    return layer_.extent(best_.loops[place].dim);
  }

  // The largest tile of which that can be said, by halving the choice.
  bool widen(size_t place) {
    const Loop loop = best_.loops[place];
    std::vector<int64_t> tiles;  // largest first
    for (const int64_t tile : space_.distinct_tiles(loop.dim)) {
      if (tile > loop.tile && tile < outside(place)) tiles.push_back(tile);
    }
    bool better = false;
    while (!tiles.empty()) {
      const size_t middle = tiles.size() / 2;
      Schedule changed = best_;
      changed.loops[place].tile = tiles[middle];
      if (take_if_better(std::move(changed))) {
        better = true;
        tiles.resize(middle);
      } else {
        tiles.erase(tiles.begin(), tiles.begin() + static_cast<std::ptrdiff_t>(middle) + 1);
      }
    }
    return better;
  }

  const Layer& layer_;
  const OptimizerOptions& options_;
  const SearchSpace& space_;
  Schedule& best_;
  int64_t& evaluated_;
  int64_t cost_;
  int64_t bytes_;
  double work_;
};

}  // namespace

void enlarge_leaves(const Layer& layer, const OptimizerOptions& options, const SearchSpace& space,
                    Schedule& schedule, int64_t& evaluated) {
  Enlargement(layer, options, space, schedule, evaluated).run();
}

}  // namespace hwcvp::optimizer
