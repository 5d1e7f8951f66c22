// How long the MAC array takes for a tile, and what suits it.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/geometry/input_axis.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

namespace latency {

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

// Does not model: what passes when within a command.
//
// The array of a machine that has a mode and no vector operation, at work on a legal layer. The formulas are
// those of docs/datapath.md.
class MacArray {
 public:
  MacArray(const Layer& layer, const MachineTiming& timing);

  // What a tile with these counts, each at least 1, takes in the mode in which it takes least; in order of
  // ArrayMode where several are alike.
  ArrayUse use(const PerDim<int64_t>& counts) const;

  // Multiply-accumulates per cycle that no tile of the layer exceeds in a mode, whether the machine has it or
  // not: the least of what the array does in a step, and what each port brings operands for.
  double highest_rate(ArrayMode mode) const;
  // Steps of the array in a mode that no set of tiles that makes up the layer undercuts.
  int64_t least_steps(ArrayMode mode) const;
  // Multiples of tile sizes that fill rows and columns in a mode, as array_multiples() has them.
  PerDim<int64_t> multiples(ArrayMode mode) const;

  // Those that the machine has.
  const std::vector<ArrayMode>& modes() const { return modes_; }

 private:
  struct Needs;

  Needs needs(ArrayMode mode, const PerDim<int64_t>& counts) const;
  ArrayUse use_in(ArrayMode mode, const PerDim<int64_t>& counts) const;
  int64_t window_inputs(const PerDim<int64_t>& counts) const;

  const PerDim<int64_t> extents_;
  const InputAxis y_, x_;
  const int64_t rows_, columns_;
  const int64_t input_bytes_, weight_bytes_, accumulator_bytes_;  // of an element
  const int64_t input_port_, weight_port_, accumulator_port_;     // bytes in a cycle
  std::vector<ArrayMode> modes_;
};

// Cycles of a vector operation on a tile: the lanes make outputs side by side, and what is reduced follows.
int64_t vector_cycles(const PerDim<int64_t>& counts, const VectorTiming& vector);

}  // namespace latency

// Cycles that the compute engine is busy for any schedule of the layer, at least: the start of a command,
// and the multiply-accumulates at the highest rate at which array and ports do any tile of the layer; with a
// single mode no less than the whole layer takes in one tile. Of a vector operation likewise.
int64_t least_array_cycles(const Layer& layer, const MachineTiming& timing);

// For each mode of the machine that may be the fastest for tiles of the layer, multiples of tile sizes that
// fill rows and columns; 1 where it does not matter, the extent where a dimension does not fill them. The
// mode with the highest rate comes first; each choice occurs once.
std::vector<PerDim<int64_t>> array_multiples(const Layer& layer, const MachineTiming& timing);

}  // namespace hwcvp
