// How long the MAC array takes for a tile, and what suits it.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/latency/machine_timing.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Cycles that a compute command spends in each of what may hold it up, beside compute_start_cycles. All are
// needed at the same time, so that the longest decides.
struct ArrayUse {
  ArrayMode mode = ArrayMode::kxc;
  int64_t array = 0;        // the MACs multiply
  int64_t input = 0;        // the input port passes operands
  int64_t weight = 0;       // the weight port
  int64_t accumulator = 0;  // the accumulator port

  int64_t cycles() const;
};

// What a tile with these counts takes in the mode in which it takes least, of those that the machine has; in
// order of ArrayMode where several are alike. The formulas are those of docs/datapath.md. The layer is legal,
// the counts are at least 1, the machine has a mode and no vector operation.
ArrayUse array_use(const Layer& layer, const MachineTiming& timing, const PerDim<int64_t>& counts);

// Cycles that the compute engine is busy for any schedule of the layer, at least: the start of a command,
// and the multiply-accumulates at the highest rate at which array and ports do any tile of the layer; with a
// single mode no less than the whole layer takes in one tile. Of a vector operation likewise.
int64_t least_array_cycles(const Layer& layer, const MachineTiming& timing);

// For each mode of the machine that may be the fastest for tiles of the layer, multiples of tile sizes that
// fill rows and columns; 1 where it does not matter, the extent where a dimension does not fill them. The
// mode with the highest rate comes first; each choice occurs once.
std::vector<PerDim<int64_t>> array_multiples(const Layer& layer, const MachineTiming& timing);

}  // namespace hwcvp
