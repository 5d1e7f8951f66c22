#include "schedules/optimizer/bound/nest_limits.h"

#include <algorithm>
#include <bitset>
#include <limits>
#include <numeric>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

bool is_axis(Dim dim) { return dim == Dim::OY || dim == Dim::OX || dim == Dim::FY || dim == Dim::FX; }

// Of the first so many outer loops those that lie outside the innermost loop that moves the tensor outside
// its buffer, with this one, and the tiles that they leave. Loops that cut nothing move nothing.
struct Prefix {
  Prefix(const Layer& layer, const Constraints& constraints, Tensor tensor, int among_outer)
      : tile(layer.extents()) {
    const auto kept =
        among_outer == kInside ? constraints.outer_loops.size() : static_cast<size_t>(among_outer);
    for (size_t i = 0; i < constraints.outer_loops.size(); ++i) {
      const Loop& loop = constraints.outer_loops[i];
      int64_t& in_force = tile[index(loop.dim)];
      even = even && in_force % loop.tile == 0;
      if (i < kept && loop.tile != in_force) loops.push_back(loop);
      in_force = loop.tile;
    }
    while (among_outer != kInside && !loops.empty() && !region_depends_on(tensor, loops.back().dim)) {
      loops.pop_back();
    }
    tile = layer.extents();
    for (const Loop& loop : loops) tile[index(loop.dim)] = loop.tile;
  }

  std::vector<Loop> loops;
  PerDim<int64_t> tile;
  bool even = true;  // every outer loop leaves pieces of one size
};

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

int64_t NestLimits::turns(Tensor tensor) const {
  int64_t product = 1;
  for (const Dim dim : kDims) {
    if (!region_depends_on(tensor, dim)) product *= pieces[index(tensor)][index(dim)];
  }
  return product;
}

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
  size_t fewest = std::numeric_limits<size_t>::max();
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    const Prefix prefix(layer, constraints, tensor, among_outer[t]);
    const auto loops = static_cast<int64_t>(constraints.outer_loops.size());
    const int64_t level = constraints.buffer_level[t].value_or(static_cast<int>(Schedule::kMaxLoops));
    if (among_outer[t] != kInside && prefix.even && prefix.loops.size() < fewest) {
      fewest = prefix.loops.size();
      limits.outermost = tensor;
    }
    const int64_t most_cut = among_outer[t] == kInside ? std::max<int64_t>(0, level - loops) : 0;
    for (const Dim dim : kDims) {
      const size_t d = index(dim);
      limits.most_tile[t][d] = (prefix.even ? prefix.tile[d] : layer.extent(dim)) / limits.unit[d];
      limits.pieces[t][d] = ceil_div(layer.extent(dim), limits.most_tile[t][d] * limits.unit[d]);
    }
    limits.least_bytes[t] = least_bytes(layer, options, tensor, prefix, most_cut);
  }
  return limits;
}

}  // namespace hwcvp::optimizer
