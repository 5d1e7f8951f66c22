// Coordinate descent over the tiles of banded nests.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "schedules/optimizer/budget.h"
#include "schedules/optimizer/nest_cost.h"
#include "schedules/optimizer/stationary_box.h"

namespace hwcvp::optimizer {

// Does not look at nests with several loops of one dimension in a band, nor at all orders of loops; refine()
// does both.
//
// A banded nest has three bands of loops, one outside each tensor's buffer, and in each band at most one loop
// of each dimension. A descent changes the tiles of one dimension at a time.
class Descent {
 public:
  Descent(const Layer& layer, const OptimizerOptions& options, Budget& budget);

  // Descends for every order of the tensors and some orders of the loops, from single elements and `restarts`
  // times from random tiles.
  void search_all(int restarts);
  // Descends with the outermost band fixed to the tiles of `box`, whose tensor is buffered outermost.
  void search_within(const StationaryBox& box);

  bool found() const { return found_; }
  // Of the best schedule that fits so far, in bytes, without per-output-channel constants.
  int64_t traffic() const { return traffic_; }
  const Schedule& schedule() const { return schedule_; }
  int64_t evaluated() const { return evaluated_; }

 private:
  static constexpr size_t kBands = kTensorCount;
  using Tensors = std::array<Tensor, kTensorCount>;       // outermost buffer first
  using Orders = std::array<PerDim<Dim>, kBands>;         // of the dimensions in each band, outermost first
  using BandTiles = std::array<PerDim<int64_t>, kBands>;  // in force at the end of each band

  // Bytes beyond the capacity count first, so that a descent may start with a nest that does not fit.
  struct Score {
    int64_t excess = 0;
    int64_t traffic = 0;
    int64_t buffer = 0;
    bool operator<(const Score& other) const;
  };

  static const std::vector<Orders>& band_orders();
  Score evaluate(const Tensors& tensors, const Orders& orders, const BandTiles& tiles);
  void improve(const Tensors& tensors, const Orders& orders, BandTiles tiles, size_t first_band);

  OptimizerOptions options_;
  Budget& budget_;
  NestCost cost_;
  PerDim<int64_t> extents_;
  PerDim<std::vector<int64_t>> candidates_;
  std::vector<Loop> loops_;
  bool found_ = false;
  int64_t traffic_;
  Schedule schedule_;
  int64_t evaluated_ = 0;
};

}  // namespace hwcvp::optimizer
