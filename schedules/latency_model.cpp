#include "schedules/latency_model.h"

#include <cmath>
#include <vector>

#include "schedules/lattice_sums.h"
#include "schedules/nested_tiles.h"
#include "schedules/tensor_dims.h"

namespace hwcvp {

namespace {

// The pieces of each dimension under the first `loops` loops.
std::vector<NestedTiles> cut(const Layer& layer, const Schedule& schedule, size_t loops) {
  std::vector<NestedTiles> tiles;
  tiles.reserve(kDimCount);
  for (const Dim dim : kDims) tiles.emplace_back(layer.extent(dim));
  for (size_t i = 0; i < loops; ++i) {
    NestedTiles& dimension = tiles[index(schedule.loops[i].dim)];
    if (schedule.loops[i].tile < dimension.tile(dimension.depth())) dimension.cut(schedule.loops[i].tile);
  }
  return tiles;
}

int64_t pieces(const std::vector<NestedTiles>& tiles) {
  int64_t product = 1;
  for (const NestedTiles& dimension : tiles) product *= dimension.pieces(dimension.depth());
  return product;
}

// How often the region of a tensor changes, the first one included.
int64_t regions(const Layer& layer, const Schedule& schedule, Tensor tensor) {
  auto loops = static_cast<size_t>(schedule.level(tensor));
  while (loops > 0 && !region_depends_on(tensor, schedule.loops[loops - 1].dim)) --loops;
  return pieces(cut(layer, schedule, loops));
}

// The leaves are all combinations of the dimensions' innermost pieces, so the sum over leaves of a product is
// the product of sums.
int64_t compute_cycles(const Layer& layer, const Schedule& schedule, const MachineTiming& timing) {
  const std::vector<NestedTiles> tiles = cut(layer, schedule, schedule.loops.size());
  int64_t product = 1;
  for (const Dim dim : kDims) {
    const int64_t width = dim == Dim::K ? timing.mac_rows : dim == Dim::C ? timing.mac_columns : 1;
    int64_t sum = 0;
    for (const auto& piece : tiles[index(dim)].classes(tiles[index(dim)].depth())) {
      sum += piece.count * ceil_div(piece.size, width);
    }
    product *= sum;
  }
  return product;
}

}  // namespace

LatencyEstimate estimate_latency(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                                 const MachineTiming& timing) {
  const PerTensor<int64_t> moved = {traffic.input_read, traffic.weight_read,
                                    traffic.output_write + traffic.psum_read + traffic.psum_write};
  double hidden = 0;
  double exposed =
      timing.access_latency_cycles + static_cast<double>(traffic.params_read) / timing.bytes_per_cycle;
  for (const Tensor tensor : kTensors) {
    const double transfer =
        static_cast<double>(moved[index(tensor)]) / timing.bytes_per_cycle +
        static_cast<double>(regions(layer, schedule, tensor)) * timing.access_latency_cycles;
    (schedule.double_buffer[index(tensor)] ? hidden : exposed) += transfer;
  }
  LatencyEstimate estimate;
  estimate.compute_cycles = compute_cycles(layer, schedule, timing);
  estimate.transfer_cycles = std::llround(hidden + exposed);
  estimate.cycles = std::llround(exposed + std::fmax(hidden, static_cast<double>(estimate.compute_cycles)));
  return estimate;
}

}  // namespace hwcvp
