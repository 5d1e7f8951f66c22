// Random layers small enough for all their nests to be tried.
#pragma once

#include <cstdint>
#include <random>

#include "schedules/workload/layer.h"

namespace hwcvp {

// The same seed gives the same layers: batches, groups, strides past the kernel, dilations, uneven pads, all
// mixes of types.
class TinyLayers {
 public:
  explicit TinyLayers(uint64_t seed) : random_(seed) {}

  int64_t pick(int64_t least, int64_t most);
  // A layer with at most this many nests, roughly.
  Layer next(double max_nests);
  // The same of layers with larger filters, small strides and one group, so that most pieces share input
  // lines; with `one_axis` of two input channels and one row.
  Layer next_with_halo(double max_nests, bool one_axis);
  // The same of layers with a dilation or a stride past the filter, so that regions have gaps.
  Layer next_with_gaps(double max_nests);

 private:
  void pick_types(Layer& layer);

  std::mt19937_64 random_;
};

}  // namespace hwcvp
