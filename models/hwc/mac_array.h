// How long the MAC array takes for a tile.
#pragma once

#include <cstdint>

#include "models/hwc/array_modes.h"
#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"

namespace hwcvp::hwc {

// Does not model: conflicts of the array with other engines at the buffers, nor what passes when within a
// command: a port that passes a command's operands in less time than the array takes holds up nothing.
//
// Rows x columns multiply-accumulate units. In a mode, rows and columns stand for two dimensions of the tile,
// and the other dimensions follow one another. Operands pass from the buffers, and accumulators from and to
// theirs, through a port each. docs/datapath.md derives what the modes take.
class MacArray {
 public:
  struct Properties {
    int64_t rows = 16;
    int64_t columns = 16;
    MacArrayModes modes;
    // Bytes in a cycle; 0: what K x C takes at full rate of elements of 2 and accumulators of 4 bytes.
    // That of accumulators each way.
    int64_t input_port_bytes = 0;
    int64_t weight_port_bytes = 0;
    int64_t accumulator_port_bytes = 0;
  };

  explicit MacArray(const Properties& properties);

  // Cycles in the mode in which the tile takes the fewest: the most of those in which the array multiplies
  // and those in which each of the ports passes what is needed.
  int64_t cycles(const LayerConfiguration& layer, const Tile& tile) const;

 private:
  struct Demand {
    int64_t steps;   // of the array
    int64_t inputs;  // elements that pass through the ports
    int64_t weights;
    int64_t accumulators;  // each way
  };

  Demand demand(MacArrayMode mode, const LayerConfiguration& layer, const Tile& tile) const;

  const Properties properties_;
};

}  // namespace hwcvp::hwc
