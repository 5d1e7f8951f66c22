#include "schedules/latency/compute_work.h"

#include <vector>

#include "schedules/latency/mac_array.h"
#include "schedules/math/nested_tiles.h"

namespace hwcvp::latency {

namespace {

// The pieces of each dimension under all loops.
std::vector<NestedTiles> cut(const Layer& layer, const Schedule& schedule) {
  std::vector<NestedTiles> tiles;
  tiles.reserve(kDimCount);
  for (const Dim dim : kDims) tiles.emplace_back(layer.extent(dim));
  for (const Loop& loop : schedule.loops) {
    NestedTiles& dimension = tiles[index(loop.dim)];
    if (loop.tile < dimension.tile(dimension.depth())) dimension.cut(loop.tile);
  }
  return tiles;
}

// The leaves are all combinations of the dimensions' innermost pieces: calls visit(counts, leaves) for each
// combination of sizes that there is.
template <typename Visit>
void visit_leaves(const std::vector<NestedTiles>& tiles, size_t dim, PerDim<int64_t>& counts, double leaves,
                  const Visit& visit) {
  if (dim == kDimCount) {
    visit(counts, leaves);
    return;
  }
  for (const NestedTiles::SizeClass& piece : tiles[dim].classes(tiles[dim].depth())) {
    counts[dim] = piece.size;
    visit_leaves(tiles, dim + 1, counts, leaves * static_cast<double>(piece.count), visit);
  }
}

void add(const ArrayUse& use, double leaves, ComputeWork& work) {
  const int64_t cycles = use.cycles();
  double& decides = use.array == cycles    ? work.array
                    : use.input == cycles  ? work.input_port
                    : use.weight == cycles ? work.weight_port
                                           : work.accumulator_port;
  decides += leaves * static_cast<double>(cycles);
}

}  // namespace

ComputeWork compute_work(const Layer& layer, const Schedule& schedule, const MachineTiming& timing) {
  const MacArray array(layer, timing);
  ComputeWork work;
  PerDim<int64_t> counts{};
  visit_leaves(cut(layer, schedule), 0, counts, 1, [&](const PerDim<int64_t>& tile, double leaves) {
    work.commands += leaves;
    if (timing.vector) {
      work.array += leaves * static_cast<double>(vector_cycles(tile, *timing.vector));
    } else {
      add(array.use(tile), leaves, work);
    }
  });
  return work;
}

}  // namespace hwcvp::latency
