// Ways to run a layer in tiles, pseudo-random ones, and what must come out.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "models/hwc/command.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// One way to run a layer. Every loop has one tile size, and each tensor is buffered for one tile.
struct LayerRun {
  Layer layer;
  PerDim<int64_t> tile{};
  std::array<Dim, kDimCount> order = kDims;  // outermost first
  PerTensor<bool> double_buffer{};
  bool sliding = true;
  bool subsample = false;      // count input lines on the grid of the outputs where the kernel's extent is 1
  bool channels_last = false;  // in memory B, Y, X, C and K, FY, FX, C; else B, C, Y, X and K, C, FY, FX
  bool relu = false;
};

// All dense, in the order B, C, Y, X and K, C, FY, FX.
struct LayerData {
  std::vector<int32_t> input, weight;
  std::vector<int32_t> bias, multiplier;
  std::vector<uint8_t> shift;
};

LayerRun random_run(std::mt19937_64& random);
// With outputs in single precision.
LayerRun random_single_precision_run(std::mt19937_64& random);
LayerData random_data(const LayerRun& run, std::mt19937_64& random);
std::string to_text(const LayerRun& run);

// Outputs as the definition of the layer and of requantization give them, dense, B, K, OY, OX.
std::vector<int32_t> direct_outputs(const LayerRun& run, const LayerData& data);

// Input lines as the HWC is told to count them, along one axis (0 rows, 1 columns).
struct InputLines {
  int64_t stride, dilation, pad, first, end;
  int64_t memory_first, memory_step;  // the line in memory is memory_first + line * memory_step
};
InputLines input_lines(const LayerRun& run, size_t axis);

// What the tile at a position (of each dimension, a multiple of its tile) needs. The input box may be empty.
hwc::Tile tile_at(const LayerRun& run, const PerDim<int64_t>& position);
hwc::Box input_box(const LayerRun& run, const hwc::Tile& tile);

// Extents of the slots: the largest box of any tile on each axis.
PerTensor<hwc::PerAxis<int64_t>> slot_extents(const LayerRun& run);
// Bytes of buffer that the run takes.
int64_t buffer_bytes(const LayerRun& run);

}  // namespace hwcvp
