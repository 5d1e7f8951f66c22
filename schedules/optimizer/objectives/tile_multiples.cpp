#include "schedules/optimizer/objectives/tile_multiples.h"

#include <algorithm>
#include <numeric>

#include "schedules/latency/mac_array.h"

namespace hwcvp::optimizer {

std::vector<PerDim<int64_t>> array_tile_multiples(const SearchContext& context, const MachineTiming& timing) {
  const PerDim<int64_t>& required = context.options().constraints.tile_multiple;
  std::vector<PerDim<int64_t>> all;
  OptimizerOptions options = context.options();
  for (const PerDim<int64_t>& wanted : array_multiples(context.layer(), timing)) {
    PerDim<int64_t> multiples = required;
    for (const Dim dim : kDims) {
      int64_t& multiple = multiples[index(dim)];
      const int64_t wider = std::lcm(multiple, wanted[index(dim)]);
      if (wider <= context.layer().extent(dim)) multiple = wider;
    }
    if (multiples == required || std::find(all.begin(), all.end(), multiples) != all.end()) continue;
    options.constraints.tile_multiple = multiples;
    try {
      options.constraints.validate(context.layer(), "constraints");
      all.push_back(multiples);
    } catch (const InputError&) {
      // The fixed outer loops have other tiles.
    }
  }
  return all;
}

}  // namespace hwcvp::optimizer
