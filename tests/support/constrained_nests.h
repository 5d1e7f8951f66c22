// The least cost of a small layer among the nests that constraints leave, by trying all of them.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "schedules/optimizer/problem/options.h"
#include "schedules/workload/layer.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {

// Shares no code with the optimizer. Tries all nests that begin with the outer loops: loops that cut
// something, with every tile that the multiples allow, and between them up to `empty` loops that cut nothing;
// each buffer at each level. Inputs slide.
class ConstrainedNests {
 public:
  // Of the options all but the shared capacity counts. Both must outlive it.
  ConstrainedNests(const Layer& layer, const OptimizerOptions& options, int empty);

  // Without per-output-channel constants; the largest integer where nothing fits.
  int64_t least_cost(int64_t buffer_bytes) const;
  // Shared capacities from which on something better fits.
  std::vector<int64_t> buffer_sizes() const;

 private:
  struct Cost {
    PerTensor<int64_t> cost{};
    PerTensor<int64_t> buffer{};
  };

  Cost cost_here();
  void grow(int empty, bool first);
  void grow_by(const Loop& loop, int empty);
  void combine_levels(bool all);
  void enter(const PerTensor<size_t>& levels);

  const Layer& layer_;
  const OptimizerOptions& options_;
  Schedule schedule_;
  PerDim<int64_t> tile_;
  std::vector<Cost> costs_;           // of buffers at each level of the nest at hand
  std::map<int64_t, int64_t> least_;  // by buffer bytes
};

// The highest level that random_constraints() fixes a buffer at.
constexpr int kHighestLevel = 3;

// Each kind of constraint now and then.
Constraints random_constraints(TinyLayers& random, const Layer& layer);

}  // namespace hwcvp
