#include "platform/search/layer_search.h"

#include <fmt/format.h>

#include <cstdio>

#include "schedules/workload/shown_text.h"

namespace hwcvp {

LayerSolver::LayerSolver(const LayerSearch& search) : options_(search.options) {
  if (search.cache_folder.empty()) return;
  cache_ = std::make_unique<const ResultCache>(search.cache_folder, [](const std::string& line) {
    fmt::print(stderr, "hwcvp: warning: {}\n", shown_line(line));
  });
}

OptimizerResult LayerSolver::solve(const Layer& layer, const OptimizerOptions& options) const {
  return cache_ ? cache_->solve(layer, options) : optimize(layer, options);
}

std::unique_ptr<SearchClaim> LayerSolver::claim(const Layer& layer) const {
  return cache_ ? cache_->claim(layer, options_) : nullptr;
}

std::vector<size_t> first_equal(const std::vector<Layer>& layers) {
  std::vector<size_t> first(layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    while (!equal_work(layers[first[i]], layers[i])) ++first[i];  // stops at i at the latest
  }
  return first;
}

}  // namespace hwcvp
