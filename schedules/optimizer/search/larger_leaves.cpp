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
  explicit Enlargement(SearchContext& context)
      : context_(context),
        layer_(context.layer()),
        space_(context.space()),
        best_(context.best().schedule),
        bytes_(predict_exact(layer_, best_).traffic.total()),
        work_(machine_work(layer_, best_)) {}

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
    context_.count();
    if (!space_.levels_possible(changed.buffer_level, changed.loops.size())) return false;
    const Prediction prediction = predict_exact(layer_, changed);
    const int64_t total = prediction.traffic.total();
    const ObjectiveValue value = context_.objective().value(context_, changed, prediction.traffic);
    if (context_.best().value < value || total > bytes_) return false;
    if (space_.excess(prediction.buffer.bytes) > 0) return false;
    const double work = machine_work(layer_, changed);
    if (work >= work_) return false;
    bytes_ = total;
    work_ = work;
    context_.offer({value, std::move(changed)});
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

  SearchContext& context_;
  const Layer& layer_;
  const SearchSpace& space_;
  const Schedule& best_;  // of the context
  int64_t bytes_;
  double work_;
};

}  // namespace

void enlarge_leaves(SearchContext& context) { Enlargement(context).run(); }

}  // namespace hwcvp::optimizer
