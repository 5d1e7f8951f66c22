// What a tile takes on the MAC array, step by step, by the definition of the modes and no closed form.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "schedules/workload/layer.h"

namespace hwcvp {

// An array, and the ports to its buffers in bytes of a cycle, 0: as wide as mode kxc needs.
struct WalkedArray {
  int64_t rows = 16, columns = 16;
  std::array<bool, 4> modes = {true, true, true, true};  // kxc, pxc, kxp, pxt
  int64_t input_port = 0, weight_port = 0, accumulator_port = 0;

  // "kxc+pxt".
  std::string mode_names() const;
};

// With at least one mode, and ports that are wide and narrow.
WalkedArray random_array(std::mt19937_64& random);

// Steps of the array, and elements that pass through the ports.
struct ArraySteps {
  int64_t steps = 0;
  int64_t inputs = 0, weights = 0, accumulators = 0;
};

// A tile with these counts in a mode. Only the layer's strides and dilations matter.
ArraySteps walk_array(size_t mode, const WalkedArray& array, const Layer& layer,
                      const PerDim<int64_t>& counts);

// Cycles in the mode of the array in which they are fewest.
int64_t walked_cycles(const WalkedArray& array, const Layer& layer, const PerDim<int64_t>& counts);

}  // namespace hwcvp
