#include "tests/support/all_nests.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

AllNests::AllNests(const Layer& layer, const PerTensor<bool>& double_buffer) : layer_(layer) {
  schedule_.double_buffer = double_buffer;
  tile_ = layer.extents();
  grow();
}

int64_t AllNests::least_traffic(int64_t buffer_bytes) const {
  const auto after = least_.upper_bound(buffer_bytes);
  return after == least_.begin() ? std::numeric_limits<int64_t>::max() : std::prev(after)->second;
}

std::vector<int64_t> AllNests::buffer_sizes() const {
  std::vector<int64_t> sizes;
  for (const auto& [buffer, traffic] : least_) sizes.push_back(buffer);
  return sizes;
}

void AllNests::grow() {
  const auto depth = static_cast<int>(schedule_.loops.size());
  schedule_.buffer_level = {depth, depth, depth};
  Cost cost;
  schedule_.input_reuse = InputReuse::reload;
  const int64_t reloaded = predict_exact(layer_, schedule_).traffic.input_read;
  schedule_.input_reuse = InputReuse::sliding;
  const Prediction prediction = predict_exact(layer_, schedule_);
  const Traffic& traffic = prediction.traffic;
  cost.traffic = {std::min(traffic.input_read, reloaded), traffic.weight_read,
                  traffic.output_write + traffic.psum_read + traffic.psum_write};
  cost.buffer = prediction.buffer.bytes;
  costs_.push_back(cost);
  combine_levels();
  for (const Dim dim : kDims) {
    const int64_t before = tile_[index(dim)];
    for (int64_t tile = 1; tile < before; ++tile) {
      tile_[index(dim)] = tile;
      schedule_.loops.push_back({dim, tile});
      grow();
      schedule_.loops.pop_back();
    }
    tile_[index(dim)] = before;
  }
  costs_.pop_back();
}

// All levels of which one at least is the innermost; the others were combined when the nest was shorter.
void AllNests::combine_levels() {
  const size_t last = costs_.size() - 1;
  for (size_t input = 0; input <= last; ++input) {
    for (size_t weight = 0; weight <= last; ++weight) {
      for (size_t output = 0; output <= last; ++output) {
        if (std::max({input, weight, output}) != last) continue;
        enter(costs_[input].buffer[0] + costs_[weight].buffer[1] + costs_[output].buffer[2],
              costs_[input].traffic[0] + costs_[weight].traffic[1] + costs_[output].traffic[2]);
      }
    }
  }
}

void AllNests::enter(int64_t buffer, int64_t traffic) {
  if (least_traffic(buffer) <= traffic) return;
  auto later = least_.lower_bound(buffer);
  while (later != least_.end() && later->second >= traffic) later = least_.erase(later);
  least_[buffer] = traffic;
}

}  // namespace hwcvp
