#include "schedules/optimizer/bound/nest_limits.h"

#include <algorithm>
#include <bitset>
#include <limits>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

bool is_axis(Dim dim) { return dim == Dim::OY || dim == Dim::OX || dim == Dim::FY || dim == Dim::FX; }

// The loops outside a tensor's buffer of which all nests have some, and what they leave.
struct Prefix {
  Prefix(const Layer& layer, const Constraints& constraints, int among_outer) : tile(layer.extents()) {
    const auto first = constraints.outer_loops.begin();
    loops.assign(first, among_outer == kInside ? constraints.outer_loops.end() : first + among_outer);
    for (const Loop& loop : loops) tile[index(loop.dim)] = loop.tile;
  }

  std::vector<Loop> loops;
  PerDim<int64_t> tile;
};

// Pieces that the loops of a dimension leave of its extent.
int64_t count_pieces(const std::vector<Loop>& loops, Dim dim, int64_t extent) {
  std::map<int64_t, int64_t> pieces = {{extent, 1}};  // by size
  for (const Loop& loop : loops) {
    if (loop.dim != dim) continue;
    std::map<int64_t, int64_t> cut;
    for (const auto& [size, count] : pieces) {
      if (size >= loop.tile) cut[loop.tile] += size / loop.tile * count;
      if (size % loop.tile > 0) cut[size % loop.tile] += count;
    }
    pieces = std::move(cut);
  }
  return std::accumulate(pieces.begin(), pieces.end(), int64_t{0},
                         [](int64_t sum, const auto& some) { return sum + some.second; });
}

// Regions of the smallest tiles lie in those of all others; where a fixed level allows for few loops, in
// those of others that cut the same dimensions.
int64_t least_bytes(const Layer& layer, const OptimizerOptions& options, Tensor tensor, const Prefix& prefix,
                    int64_t most_cut) {
  std::vector<Dim> open;
  for (const Dim dim : kDims) {
    const int64_t multiple = options.constraints.tile_multiple[index(dim)];
    if (region_depends_on(tensor, dim) && multiple < prefix.tile[index(dim)]) open.push_back(dim);
  }
  const auto cuts = std::min(most_cut, static_cast<int64_t>(open.size()));
  int64_t least = std::numeric_limits<int64_t>::max();
  for (unsigned set = 0; set < 1U << open.size(); ++set) {
    if (static_cast<int64_t>(std::bitset<kDimCount>(set).count()) != cuts) continue;
    Schedule smallest;
    smallest.loops = prefix.loops;
    for (size_t i = 0; i < open.size(); ++i) {
      if ((set >> i & 1U) != 0) {
        smallest.loops.push_back({open[i], options.constraints.tile_multiple[index(open[i])]});
      }
    }
    smallest.buffer_level.fill(static_cast<int>(smallest.loops.size()));
    smallest.double_buffer = options.double_buffer;
    least = std::min(least, buffer_use(layer, smallest).bytes[index(tensor)]);
  }
  return least;
}

}  // namespace

NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options) {
  OptimizerOptions all = options;
  all.constraints.outer_loops.clear();
  all.constraints.buffer_level = {};
  return nest_limits(layer, all, {kInside, kInside, kInside});
}

NestLimits nest_limits(const Layer& layer, const OptimizerOptions& options,
                       const PerTensor<int>& among_outer) {
  const Constraints& constraints = options.constraints;
  NestLimits limits;
  for (const Dim dim : kDims) {
    const size_t d = index(dim);
    const int64_t extent = layer.extent(dim);
    const int64_t multiple = std::min(constraints.tile_multiple[d], extent);
    if (!is_axis(dim)) limits.unit[d] = std::gcd(multiple, extent);
    limits.multiple[d] = multiple / limits.unit[d];
  }
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    const Prefix prefix(layer, constraints, among_outer[t]);
    const auto loops = static_cast<int64_t>(prefix.loops.size());
    const int64_t level = constraints.buffer_level[t].value_or(static_cast<int>(Schedule::kMaxLoops));
    limits.most_cut[t] = among_outer[t] == kInside ? std::max<int64_t>(0, level - loops) : 0;
    for (const Dim dim : kDims) {
      limits.most_tile[t][index(dim)] = prefix.tile[index(dim)] / limits.unit[index(dim)];
      limits.pieces[t][index(dim)] = count_pieces(prefix.loops, dim, layer.extent(dim));
    }
    limits.least_bytes[t] = least_bytes(layer, options, tensor, prefix, limits.most_cut[t]);
  }
  return limits;
}

}  // namespace hwcvp::optimizer
