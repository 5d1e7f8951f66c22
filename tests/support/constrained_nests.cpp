#include "tests/support/constrained_nests.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

ConstrainedNests::ConstrainedNests(const Layer& layer, const OptimizerOptions& options, int empty)
    : layer_(layer), options_(options), tile_(layer.extents()) {
  costs_.push_back(cost_here());
  for (const Loop& loop : options.constraints.outer_loops) {
    schedule_.loops.push_back(loop);
    tile_[index(loop.dim)] = loop.tile;
    costs_.push_back(cost_here());
  }
  grow(empty, true);
}

int64_t ConstrainedNests::least_cost(int64_t buffer_bytes) const {
  const auto after = least_.upper_bound(buffer_bytes);
  return after == least_.begin() ? std::numeric_limits<int64_t>::max() : std::prev(after)->second;
}

std::vector<int64_t> ConstrainedNests::buffer_sizes() const {
  std::vector<int64_t> sizes;
  for (const auto& [buffer, cost] : least_) sizes.push_back(buffer);
  return sizes;
}

// Of the three tensors, each with its buffer inside all loops so far.
ConstrainedNests::Cost ConstrainedNests::cost_here() {
  const auto depth = static_cast<int>(schedule_.loops.size());
  schedule_.buffer_level = {depth, depth, depth};
  schedule_.double_buffer = options_.double_buffer;
  const Prediction prediction = predict_exact(layer_, schedule_);
  const Traffic& traffic = prediction.traffic;
  const Prices& price = options_.constraints.prices;
  return {{traffic.input_read * price.input_read, traffic.weight_read * price.weight_read,
           traffic.output_write * price.output_write + traffic.psum_read * price.psum_read +
               traffic.psum_write * price.psum_write},
          prediction.buffer.bytes};
}

void ConstrainedNests::grow(int empty, bool first) {
  combine_levels(first);
  for (const Dim dim : kDims) {
    const int64_t before = tile_[index(dim)];
    const int64_t multiple = options_.constraints.tile_multiple[index(dim)];
    for (int64_t tile = 1; tile < before; ++tile) {
      if (tile % multiple == 0) grow_by({dim, tile}, empty);
    }
  }
  if (empty > 0) grow_by({Dim::K, tile_[index(Dim::K)]}, empty - 1);
}

void ConstrainedNests::grow_by(const Loop& loop, int empty) {
  const int64_t before = tile_[index(loop.dim)];
  tile_[index(loop.dim)] = loop.tile;
  schedule_.loops.push_back(loop);
  costs_.push_back(cost_here());
  grow(empty, false);
  costs_.pop_back();
  schedule_.loops.pop_back();
  tile_[index(loop.dim)] = before;
}

void ConstrainedNests::combine_levels(bool all) {
  const size_t last = costs_.size() - 1;
  for (size_t input = 0; input <= last; ++input) {
    for (size_t weight = 0; weight <= last; ++weight) {
      for (size_t output = 0; output <= last; ++output) {
        if (all || std::max({input, weight, output}) == last) enter({input, weight, output});
      }
    }
  }
}

void ConstrainedNests::enter(const PerTensor<size_t>& levels) {
  int64_t buffer = 0;
  int64_t cost = 0;
  for (size_t t = 0; t < kTensorCount; ++t) {
    const auto& fixed = options_.constraints.buffer_level[t];
    const Cost& at = costs_[levels[t]];
    const int64_t capacity = options_.constraints.capacity_bytes[t];
    if (fixed && *fixed != static_cast<int>(levels[t])) return;
    if (capacity > 0 && at.buffer[t] > capacity) return;
    buffer += at.buffer[t];
    cost += at.cost[t];
  }
  if (least_cost(buffer) <= cost) return;
  auto later = least_.lower_bound(buffer);
  while (later != least_.end() && later->second >= cost) later = least_.erase(later);
  least_[buffer] = cost;
}

// Each kind of constraint now and then.
Constraints random_constraints(TinyLayers& random, const Layer& layer) {
  Constraints constraints;
  if (random.pick(0, 1) == 0) {
    for (const Dim dim : kDims)
      constraints.tile_multiple[index(dim)] = random.pick(0, 2) == 0 ? random.pick(1, 4) : 1;
  }
  if (random.pick(0, 1) == 0) {
    PerDim<int64_t> tile = layer.extents();
    for (int64_t i = random.pick(1, 2); i > 0; --i) {
      const Dim dim = kDims[static_cast<size_t>(random.pick(0, kDimCount - 1))];
      const int64_t multiple = constraints.tile_multiple[index(dim)];
      int64_t& left = tile[index(dim)];
      const int64_t drawn = random.pick(1, left);
      left = drawn >= multiple ? drawn / multiple * multiple : left;
      constraints.outer_loops.push_back({dim, left});
    }
  }
  if (random.pick(0, 1) == 0) {
    for (auto& level : constraints.buffer_level) {
      if (random.pick(0, 1) == 0) level = static_cast<int>(random.pick(0, kHighestLevel));
    }
  }
  if (random.pick(0, 1) == 0) {
    for (int64_t& capacity : constraints.capacity_bytes) {
      if (random.pick(0, 1) == 0) capacity = random.pick(1, 40);
    }
  }
  if (random.pick(0, 1) == 0) {
    Prices& prices = constraints.prices;
    for (int64_t* price : {&prices.input_read, &prices.weight_read, &prices.output_write, &prices.psum_read,
                           &prices.psum_write}) {
      *price = random.pick(0, 7);
    }
  }
  return constraints;
}

}  // namespace hwcvp
