#include "schedules/optimizer/search/descent.h"

#include <algorithm>
#include <bitset>
#include <random>
#include <utility>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/axis_pieces.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

constexpr size_t kStarts = 12;  // the best of many, where fixed levels limit the loops

constexpr int64_t kBalancedPieces = 12;  // more take too many loops

}  // namespace

bool Descent::Score::operator<(const Score& other) const {
  if (forbidden != other.forbidden) return other.forbidden;
  if (excess != other.excess) return excess < other.excess;
  if (traffic != other.traffic) return traffic < other.traffic;
  return buffer < other.buffer;
}

Descent::Descent(SearchContext& context)
    : context_(context),
      space_(context.space()),
      double_buffer_(context.options().double_buffer),
      cost_(context.layer(), context.prices()),
      extents_(space_.tiles_left()) {
  for (const Dim dim : kDims) candidates_[index(dim)] = space_.distinct_tiles(dim);
  for (size_t axis = 0; axis < 2; ++axis) {
    const Dim dim = axis == 0 ? Dim::OY : Dim::OX;
    const AxisShape shape(context.layer(), axis);
    if (!shape.dense || space_.least_tile(dim) > 1 || extents_[index(dim)] < shape.outputs) continue;
    balanced_[axis].resize(kBalancedPieces + 1);
    for (int64_t pieces = 2; pieces <= std::min(kBalancedPieces, shape.outputs); ++pieces) {
      balanced_[axis][static_cast<size_t>(pieces)] = balanced_tiles(shape, pieces);
    }
  }
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

// Levels that the tensors may have among the fixed outer loops, -1 for none. A level right inside a loop that
// does not move the tensor is as good as the one outside.
std::vector<PerTensor<int>> Descent::choices_among_outer() const {
  const std::vector<Loop>& outer = space_.outer_loops();
  std::vector<PerTensor<int>> choices = {{-1, -1, -1}};
  for (const Tensor tensor : kTensors) {
    const int fixed = space_.fixed_level(tensor);
    std::vector<int> levels;
    if (fixed < 0 || fixed >= static_cast<int>(outer.size())) levels.push_back(-1);
    for (int level = 0; level < static_cast<int>(outer.size()); ++level) {
      const bool apart = level == 0 || region_depends_on(tensor, outer[static_cast<size_t>(level - 1)].dim);
      if (fixed < 0 ? apart : fixed == level) levels.push_back(level);
    }
    std::vector<PerTensor<int>> extended;
    for (const PerTensor<int>& choice : choices) {
      for (const int level : levels) {
        extended.push_back(choice);
        extended.back()[index(tensor)] = level;
      }
    }
    choices = std::move(extended);
  }
  return choices;
}

// Gives the tensors with a level of 0 or more that place among the outer loops, and no band. False where
// their buffers do not fit.
bool Descent::place_among_outer(const PerTensor<int>& levels) {
  among_outer_ = levels;
  outer_costs_ = {};
  bands_ = 0;
  PerTensor<int64_t> buffers = {0, 0, 0};
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    if (levels[t] < 0) {
      ++bands_;
      continue;
    }
    const auto first = space_.outer_loops().begin();
    outer_costs_[t] = cost_.cost(tensor, {first, first + levels[t]});
    buffers[t] = outer_costs_[t].buffer * (double_buffer_[t] ? 2 : 1);
  }
  return space_.excess(buffers) == 0;
}

// False for an order that another one stands for, or that contradicts the fixed levels.
bool Descent::in_order(const Tensors& tensors) const {
  int last_fixed = 0;
  for (size_t i = 0; i < kBands; ++i) {
    if (i >= bands_) {
      if (among_outer_[index(tensors[i])] < 0 || (i > bands_ && tensors[i] < tensors[i - 1])) return false;
      continue;
    }
    const int fixed = space_.fixed_level(tensors[i]);
    if (fixed >= 0 && fixed < last_fixed) return false;
    if (fixed >= 0) last_fixed = fixed;
  }
  return true;
}

// The smallest tiles everywhere; where fixed levels limit the loops of a band, for each choice of dimensions
// that it can cut.
std::vector<Descent::BandTiles> Descent::starts(const Tensors& tensors) {
  std::vector<size_t> loops(kBands, kDimCount);  // of each band, at most
  auto before = static_cast<int>(space_.outer_loops().size());
  size_t band = 0;
  for (size_t i = 0; i < bands_; ++i) {
    const int fixed = space_.fixed_level(tensors[i]);
    if (fixed < 0) continue;
    // All bands since the last fixed level share these loops: the first one takes them.
    loops[band] = static_cast<size_t>(fixed - before);
    for (size_t rest = band + 1; rest <= i; ++rest) loops[rest] = 0;
    before = fixed;
    band = i + 1;
  }
  std::vector<BandTiles> found;
  add_starts(loops, 0, {}, found);
  if (found.size() <= kStarts) return found;
  std::vector<std::pair<Score, size_t>> ranking;
  for (size_t i = 0; i < found.size() && !(i >= kStarts && over()); ++i) {
    ranking.emplace_back(evaluate(tensors, band_orders().front(), found[i]), i);
  }
  std::stable_sort(ranking.begin(), ranking.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<BandTiles> best;
  for (size_t i = 0; i < kStarts; ++i) best.push_back(found[ranking[i].second]);
  return best;
}

void Descent::add_starts(const std::vector<size_t>& loops, size_t band, const BandTiles& tiles,
                         std::vector<BandTiles>& found) const {
  if (band == kBands) {
    found.push_back(tiles);
    return;
  }
  const PerDim<int64_t>& before = band == 0 ? extents_ : tiles[band - 1];
  unsigned open = 0;  // dimensions that can still be cut
  for (size_t d = 0; d < kDimCount; ++d) open |= before[d] > candidates_[d].back() ? 1U << d : 0U;
  const size_t limit = std::min(loops[band], std::bitset<kDimCount>(open).count());
  for (unsigned set = 0; set < 1U << kDimCount; ++set) {
    if ((set & ~open) != 0 || std::bitset<kDimCount>(set).count() != limit) continue;
    BandTiles cut = tiles;
    cut[band] = before;
    for (size_t d = 0; d < kDimCount; ++d) {
      if ((set >> d & 1U) != 0) cut[band][d] = candidates_[d].back();
    }
    add_starts(loops, band + 1, cut, found);
  }
}

void Descent::search_quickly() {
  for (const PerTensor<int>& levels : choices_among_outer()) {
    if (over()) return;
    if (place_among_outer(levels)) search_bands(1, 0);
  }
}

void Descent::search_all(int restarts) {
  for (const PerTensor<int>& levels : choices_among_outer()) {
    if (over()) return;
    if (place_among_outer(levels)) search_bands(band_orders().size(), restarts);
  }
}

void Descent::search_bands(size_t orders_to_try, int restarts) {
  Tensors tensors = kTensors;
  std::mt19937 random(1);
  do {
    if (!in_order(tensors)) continue;
    const std::vector<BandTiles> smallest = starts(tensors);
    for (size_t i = 0; i < orders_to_try && !context_.at_bound(); ++i) {
      const Orders& orders = band_orders()[i];
      for (const BandTiles& tiles : smallest) improve(tensors, orders, tiles, 0);
      for (int restart = 0; restart < restarts; ++restart) {
        BandTiles tiles;
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

void Descent::search_within(const StationaryBox& box, int restarts) {
  place_among_outer({-1, -1, -1});
  Tensors tensors = kTensors;
  do {
    if (tensors[0] != box.tensor || !in_order(tensors)) continue;
    for (const Orders& orders : band_orders()) {
      if (done()) return;
      BandTiles tiles;
      tiles[0] = box.tile;
      for (size_t band = 1; band < kBands; ++band) {
        for (size_t d = 0; d < kDimCount; ++d) tiles[band][d] = std::min(box.tile[d], candidates_[d].back());
      }
      improve(tensors, orders, tiles, 1);
      // With all terms of the box at each place: what grows while these are few may leave no room for them.
      const BandTiles smallest = tiles;
      for (const Dim dim : {Dim::C, Dim::FY, Dim::FX}) {
        for (size_t band = 1; band < kBands; ++band) tiles[band][index(dim)] = box.tile[index(dim)];
      }
      if (tiles != smallest) improve(tensors, orders, tiles, 1);
      for (int restart = 0; restart < restarts; ++restart) {
        for (size_t d = 0; d < kDimCount; ++d) {
          int64_t tile = box.tile[d];
          for (size_t band = 1; band < kBands; ++band) {
            tile = std::min(tile, candidates_[d][random_() % candidates_[d].size()]);
            tiles[band][d] = tile;
          }
        }
        improve(tensors, orders, tiles, 1);
      }
    }
  } while (std::next_permutation(tensors.begin(), tensors.end()));
}

void Descent::push_loops(Dim dim, int64_t before, int64_t tile) {
  const size_t axis = dim == Dim::OY ? 0 : 1;
  const bool outputs = dim == Dim::OY || dim == Dim::OX;
  if (outputs && end_pieces_[axis] == EndPieces::larger && before == extents_[index(dim)]) {
    const auto& balanced = balanced_[axis];
    const auto pieces = static_cast<size_t>(ceil_div(before, tile));
    if (pieces < balanced.size() && !balanced[pieces].empty()) {
      for (const int64_t nested : balanced[pieces]) loops_.push_back({dim, nested});
      return;
    }
  }
  loops_.push_back({dim, tile});
}

Descent::Score Descent::evaluate(const Tensors& tensors, const Orders& orders, const BandTiles& tiles) {
  context_.count();
  ++tried_;
  loops_ = space_.outer_loops();
  PerDim<int64_t> tile = extents_;
  Score score;
  PerTensor<int> levels = among_outer_;
  PerTensor<int64_t> buffers;
  for (size_t i = 0; i < kTensorCount; ++i) {
    const Tensor tensor = tensors[i];
    const size_t t = index(tensor);
    TensorCost cost = outer_costs_[t];
    if (i < bands_) {
      for (const Dim dim : orders[i]) {
        const size_t d = index(dim);
        if (tiles[i][d] == tile[d]) continue;
        push_loops(dim, tile[d], tiles[i][d]);
        tile[d] = tiles[i][d];
      }
      levels[t] = static_cast<int>(loops_.size());
      cost = cost_.cost(tensor, loops_);
    }
    score.traffic += cost.traffic;
    buffers[t] = cost.buffer * (double_buffer_[t] ? 2 : 1);
    score.buffer += buffers[t];
  }
  score.forbidden = !space_.levels_possible(levels, loops_.size());
  score.excess = space_.excess(buffers);
  if (!score.forbidden && score.excess == 0 && score.traffic < context_.best().value.value) {
    Schedule schedule;
    schedule.loops = loops_;
    schedule.buffer_level = levels;
    schedule.double_buffer = double_buffer_;
    context_.offer({{score.traffic}, schedule});
  }
  return score;
}

void Descent::improve(const Tensors& tensors, const Orders& orders, BandTiles tiles, size_t first_band) {
  Score score = evaluate(tensors, orders, tiles);
  if (score.forbidden) return;
  for (bool improved = true; improved && !done();) {
    improved = false;
    for (const Dim dim : kDims) {
      const size_t d = index(dim);
      if (candidates_[d].size() == 1) continue;
      for (size_t from = first_band; from < bands_; ++from) {
        for (size_t to = from; to < bands_; ++to) {
          for (const int64_t tile : candidates_[d]) {
            if (over()) return;
            if (first_band > 0 && tile > tiles[first_band - 1][d]) continue;
            BandTiles changed = tiles;
            for (size_t band = first_band; band < bands_; ++band) {
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
