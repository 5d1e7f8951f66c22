#include "schedules/optimizer/descent.h"

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <vector>

#include "schedules/optimizer/nest_cost.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kBands = kTensorCount;

// Tiles of every dimension at the end of each band; they never grow from band to band.
using BandTiles = std::array<PerDim<int64_t>, kBands>;
// Orders of the dimensions in each band, outermost first.
using BandOrders = std::array<PerDim<Dim>, kBands>;

struct Found {
  int64_t traffic = std::numeric_limits<int64_t>::max();
  int64_t buffer = 0;
  Schedule schedule;
};

class Descent {
 public:
  Descent(const Layer& layer, const OptimizerOptions& options)
      : layer_(layer), options_(options), cost_(layer), extents_(layer.extents()) {
    for (const Dim dim : kDims) {
      std::vector<int64_t>& tiles = candidates_[index(dim)];
      const int64_t extent = extents_[index(dim)];
      for (int64_t count = 1; count <= extent;) {
        const int64_t tile = (extent + count - 1) / count;
        tiles.push_back(tile);
        if (tile == 1) break;
        count = (extent + tile - 2) / (tile - 1);
      }
    }
  }

  bool run(Schedule& best, int64_t& evaluated) {
    std::array<Tensor, kTensorCount> tensors = kTensors;
    std::mt19937 random(1);
    do {
      for (const BandOrders& orders : band_orders()) {
        BandTiles tiles;
        for (PerDim<int64_t>& band : tiles) band.fill(1);
        improve(tensors, orders, tiles);
        for (int restart = 0; restart < kRestarts; ++restart) {
          for (const Dim dim : kDims) {
            const std::vector<int64_t>& choices = candidates_[index(dim)];
            int64_t tile = extents_[index(dim)];
            for (PerDim<int64_t>& band : tiles) {
              tile = std::min(tile, choices[random() % choices.size()]);
              band[index(dim)] = tile;
            }
          }
          improve(tensors, orders, tiles);
        }
      }
    } while (std::next_permutation(tensors.begin(), tensors.end()));
    evaluated += evaluated_;
    if (best_.traffic == std::numeric_limits<int64_t>::max()) return false;
    best = best_.schedule;
    return true;
  }

 private:
  static constexpr int kRestarts = 3;

  static std::vector<BandOrders> band_orders() {
    using D = Dim;
    const std::vector<PerDim<Dim>> orders = {
        {D::B, D::G, D::K, D::C, D::FY, D::FX, D::OY, D::OX},
        {D::B, D::G, D::OY, D::OX, D::K, D::C, D::FY, D::FX},
        {D::B, D::G, D::C, D::OX, D::OY, D::FX, D::FY, D::K},
    };
    std::vector<BandOrders> all;
    for (const auto& first : orders) {
      for (const auto& second : orders) all.push_back({first, second, orders[0]});
    }
    return all;
  }

  // Buffer bytes that exceed the capacity count first, so that a descent may start outside it.
  struct Score {
    int64_t excess = 0;
    int64_t traffic = 0;
    int64_t buffer = 0;
    bool operator<(const Score& other) const {
      if (excess != other.excess) return excess < other.excess;
      if (traffic != other.traffic) return traffic < other.traffic;
      return buffer < other.buffer;
    }
  };

  Score evaluate(const std::array<Tensor, kTensorCount>& tensors, const BandOrders& orders,
                 const BandTiles& tiles) {
    ++evaluated_;
    loops_.clear();
    PerDim<int64_t> tile = extents_;
    Score score;
    PerTensor<int> levels{};
    for (size_t band = 0; band < kBands; ++band) {
      for (const Dim dim : orders[band]) {
        const size_t d = index(dim);
        if (tiles[band][d] == tile[d]) continue;
        tile[d] = tiles[band][d];
        loops_.push_back({dim, tile[d]});
      }
      const Tensor tensor = tensors[band];
      levels[index(tensor)] = static_cast<int>(loops_.size());
      const TensorCost cost = cost_.cost(tensor, loops_);
      score.traffic += cost.traffic;
      score.buffer += cost.buffer * (options_.double_buffer[index(tensor)] ? 2 : 1);
    }
    score.excess = std::max<int64_t>(score.buffer - options_.buffer_bytes, 0);
    if (score.excess == 0 && score.traffic < best_.traffic) {
      best_.traffic = score.traffic;
      best_.buffer = score.buffer;
      best_.schedule.loops = loops_;
      best_.schedule.buffer_level = levels;
      best_.schedule.double_buffer = options_.double_buffer;
    }
    return score;
  }

  void improve(const std::array<Tensor, kTensorCount>& tensors, const BandOrders& orders, BandTiles tiles) {
    Score score = evaluate(tensors, orders, tiles);
    for (bool improved = true; improved;) {
      improved = false;
      for (const Dim dim : kDims) {
        const size_t d = index(dim);
        if (extents_[d] == 1) continue;
        for (size_t from = 0; from < kBands; ++from) {
          for (size_t to = from; to < kBands; ++to) {
            for (const int64_t tile : candidates_[d]) {
              BandTiles changed = tiles;
              for (size_t band = 0; band < kBands; ++band) {
                if (band < from) changed[band][d] = std::max(changed[band][d], tile);
                if (band >= from && band <= to) changed[band][d] = tile;
                if (band > to) changed[band][d] = std::min(changed[band][d], tile);
              }
              if (changed == tiles) continue;
              const Score next = evaluate(tensors, orders, changed);
              if (next < score) {
                score = next;
                tiles = changed;
                improved = true;
              }
            }
          }
        }
      }
    }
  }

  const Layer& layer_;
  const OptimizerOptions& options_;
  NestCost cost_;
  PerDim<int64_t> extents_;
  PerDim<std::vector<int64_t>> candidates_;
  std::vector<Loop> loops_;
  Found best_;
  int64_t evaluated_ = 0;
};

}  // namespace

bool descend(const Layer& layer, const OptimizerOptions& options, Schedule& best, int64_t& evaluated) {
  return Descent(layer, options).run(best, evaluated);
}

}  // namespace hwcvp::optimizer
