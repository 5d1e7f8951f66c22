// Coordinate descent over the tiles of banded nests.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "schedules/optimizer/problem/search_context.h"
#include "schedules/optimizer/search/nest_cost.h"
#include "schedules/optimizer/search/stationary_box.h"

namespace hwcvp::optimizer {

// How the first cut of an axis of the outputs sizes its end pieces, which reach into the padding: as the
// others, or larger, so that all need as few input lines as that number of pieces can.
enum class EndPieces { as_others, larger };

// Does not look at nests with several loops of one dimension in a band, nor at all orders of loops; refine()
// does both.
//
// A banded nest has the fixed outer loops and three bands of loops, one outside each tensor's buffer, and in
// each band at most one loop of each dimension. A descent changes the tiles of one dimension at a time. A
// tensor that has its buffer among the outer loops has no band.
//
// Offers the context what it finds and stops where that is at its bound, or the budget is spent; then it goes
// on for some ten thousand nests where it has found nothing yet. For objectives that are the cost.
class Descent {
 public:
  // The context must outlive it.
  explicit Descent(SearchContext& context);

  // Descends for every order of the tensors with one order of the loops, from the smallest tiles.
  void search_quickly();
  // Descends for every order of the tensors and some orders of the loops, from the smallest tiles and
  // `restarts` times from random tiles. Finds some schedule wherever one fits.
  void search_all(int restarts);
  // Descends with the outermost band fixed to the tiles of `box`, whose tensor is buffered outermost, from
  // the smallest tiles, from those with all terms of the box, and `restarts` times from random ones.
  void search_within(const StationaryBox& box, int restarts);

  // From now on, rows and columns are cut so.
  void balance(const std::array<EndPieces, 2>& axes) { end_pieces_ = axes; }

 private:
  static constexpr size_t kBands = kTensorCount;
  static constexpr int64_t kToFindAny = 10000;            // nests
  using Tensors = std::array<Tensor, kTensorCount>;       // outermost buffer first, those without a band last
  using Orders = std::array<PerDim<Dim>, kBands>;         // of the dimensions in each band, outermost first
  using BandTiles = std::array<PerDim<int64_t>, kBands>;  // in force at the end of each band

  // Nests that no loops can be added to so that fixed levels are met count last, then come bytes beyond the
  // capacities, so that a descent may start with a nest that does not fit.
  struct Score {
    bool forbidden = false;
    int64_t excess = 0;
    int64_t traffic = 0;
    int64_t buffer = 0;
    bool operator<(const Score& other) const;
  };

  static const std::vector<Orders>& band_orders();
  std::vector<PerTensor<int>> choices_among_outer() const;
  bool place_among_outer(const PerTensor<int>& levels);
  bool in_order(const Tensors& tensors) const;
  void search_bands(size_t orders_to_try, int restarts);
  // The budget is spent, and with it what a search may take beyond that to find anything at all.
  bool over() const { return context_.budget().spent() && (context_.found() || tried_ > kToFindAny); }
  bool done() const { return (context_.found() && context_.at_bound()) || over(); }
  std::vector<BandTiles> starts(const Tensors& tensors);
  void add_starts(const std::vector<size_t>& loops, size_t band, const BandTiles& tiles,
                  std::vector<BandTiles>& found) const;
  Score evaluate(const Tensors& tensors, const Orders& orders, const BandTiles& tiles);
  void push_loops(Dim dim, int64_t before, int64_t tile);
  void improve(const Tensors& tensors, const Orders& orders, BandTiles tiles, size_t first_band);

  SearchContext& context_;
  const SearchSpace& space_;
  const PerTensor<bool>& double_buffer_;
  NestCost cost_;
  PerDim<int64_t> extents_;  // inside the outer loops
  PerDim<std::vector<int64_t>> candidates_;
  size_t bands_ = kBands;
  PerTensor<int> among_outer_ = {-1, -1, -1};  // levels of the tensors that have no band, else -1
  PerTensor<TensorCost> outer_costs_;          // of these
  std::array<std::vector<std::vector<int64_t>>, 2> balanced_;  // [axis][pieces]: the tiles of nested loops
  std::array<EndPieces, 2> end_pieces_ = {EndPieces::as_others, EndPieces::as_others};
  std::mt19937 random_{1};
  int64_t tried_ = 0;  // nests
  std::vector<Loop> loops_;
};

}  // namespace hwcvp::optimizer
