// How the layers of a command are searched for their best schedules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// What is asked of the search for each layer.
struct LayerSearch {
  OptimizerOptions options;
  std::string cache_folder;  // empty: no cache
};

// Carries it out, from several threads at once.
class LayerSolver {
 public:
  // What is wrong with the cache goes to standard error. Throws InputError where its folder cannot be made.
  explicit LayerSolver(const LayerSearch& search);

  const OptimizerOptions& options() const { return options_; }

  // The result from the cache, else that of a search, which goes there. Throws as optimize().
  OptimizerResult solve(const Layer& layer) const { return solve(layer, options_); }
  OptimizerResult solve(const Layer& layer, const OptimizerOptions& options) const;

  // A claim on the layer's searches among those who share the cache; null without one.
  std::unique_ptr<SearchClaim> claim(const Layer& layer) const;

 private:
  OptimizerOptions options_;
  std::unique_ptr<const ResultCache> cache_;
};

// [layer]: the first layer that equals it but for the name; the layer itself where none comes before it.
std::vector<size_t> first_equal(const std::vector<Layer>& layers);

}  // namespace hwcvp
