// Random layers small enough for all their nests to be tried.
#pragma once

#include <cstdint>
#include <random>

#include "schedules/layer.h"

namespace hwcvp {

// The same seed gives the same layers: batches, groups, strides past the kernel, dilations, uneven pads, all
// mixes of types.
class TinyLayers {
 public:
  explicit TinyLayers(uint64_t seed) : random_(seed) {}

  int64_t pick(int64_t least, int64_t most);
  // A layer with at most this many nests, roughly.
  Layer next(double max_nests);

 private:
  std::mt19937_64 random_;
};

}  // namespace hwcvp
