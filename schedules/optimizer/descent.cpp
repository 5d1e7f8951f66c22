#include "schedules/optimizer/descent.h"

#include <algorithm>
#include <limits>
#include <random>

namespace hwcvp::optimizer {

bool Descent::Score::operator<(const Score& other) const {
  if (excess != other.excess) return excess < other.excess;
  if (traffic != other.traffic) return traffic < other.traffic;
  return buffer < other.buffer;
}

Descent::Descent(const Layer& layer, const OptimizerOptions& options, Budget& budget)
    : options_(options),
      budget_(budget),
      cost_(layer),
      extents_(layer.extents()),
      traffic_(std::numeric_limits<int64_t>::max()) {
  for (const Dim dim : kDims) candidates_[index(dim)] = distinct_tiles(extents_[index(dim)]);
}

const std::vector<Descent::Orders>& Descent::band_orders() {
  using D = Dim;
  static const std::vector<PerDim<Dim>> orders = {
      {D::B, D::G, D::K, D::C, D::FY, D::FX, D::OY, D::OX},
      {D::B, D::G, D::OY, D::OX, D::K, D::C, D::FY, D::FX},
      {D::B, D::G, D::C, D::OX, D::OY, D::FX, D::FY, D::K},
  };
  static const std::vector<Orders> all = [] {
    std::vector<Orders> combined;
    for (const auto& first : orders) {
      for (const auto& second : orders) combined.push_back({first, second, orders[0]});
    }
    return combined;
  }();
  return all;
}

void Descent::search_all(int restarts) {
  Tensors tensors = kTensors;
  std::mt19937 random(1);
  do {
    for (const Orders& orders : band_orders()) {
      BandTiles tiles;
      for (PerDim<int64_t>& band : tiles) band.fill(1);
      improve(tensors, orders, tiles, 0);
      for (int restart = 0; restart < restarts; ++restart) {
        for (const Dim dim : kDims) {
          const std::vector<int64_t>& choices = candidates_[index(dim)];
          int64_t tile = extents_[index(dim)];
          for (PerDim<int64_t>& band : tiles) {
            tile = std::min(tile, choices[random() % choices.size()]);
            band[index(dim)] = tile;
          }
        }
        improve(tensors, orders, tiles, 0);
      }
    }
  } while (std::next_permutation(tensors.begin(), tensors.end()));
}

void Descent::search_within(const StationaryBox& box) {
  Tensors tensors = kTensors;
  do {
    if (tensors[0] != box.tensor) continue;
    for (const Orders& orders : band_orders()) {
      BandTiles tiles;
      tiles[0] = box.tile;
      tiles[1].fill(1);
      tiles[2].fill(1);
      improve(tensors, orders, tiles, 1);
    }
  } while (std::next_permutation(tensors.begin(), tensors.end()));
}

Descent::Score Descent::evaluate(const Tensors& tensors, const Orders& orders, const BandTiles& tiles) {
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
  if (score.excess == 0 && score.traffic < traffic_) {
    found_ = true;
    traffic_ = score.traffic;
    schedule_.loops = loops_;
    schedule_.buffer_level = levels;
    schedule_.double_buffer = options_.double_buffer;
  }
  return score;
}

void Descent::improve(const Tensors& tensors, const Orders& orders, BandTiles tiles, size_t first_band) {
  Score score = evaluate(tensors, orders, tiles);
  for (bool improved = true; improved && !(found_ && budget_.spent());) {
    improved = false;
    for (const Dim dim : kDims) {
      const size_t d = index(dim);
      if (extents_[d] == 1) continue;
      for (size_t from = first_band; from < kBands; ++from) {
        for (size_t to = from; to < kBands; ++to) {
          for (const int64_t tile : candidates_[d]) {
            if (first_band > 0 && tile > tiles[first_band - 1][d]) continue;
            BandTiles changed = tiles;
            for (size_t band = first_band; band < kBands; ++band) {
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

}  // namespace hwcvp::optimizer
