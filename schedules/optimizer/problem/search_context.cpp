#include "schedules/optimizer/problem/search_context.h"

#include <utility>

#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

SearchContext::SearchContext(const Layer& layer, OptimizerOptions options, const Objective& objective,
                             Budget& budget)
    : layer_(layer),
      options_(std::move(options)),
      objective_(objective),
      space_(layer, options_),
      budget_(budget) {}

Candidate SearchContext::candidate(const Schedule& schedule) const {
  const Traffic traffic = predict_exact(layer_, schedule).traffic;
  return {objective_.value(*this, schedule, traffic), schedule};
}

}  // namespace hwcvp::optimizer
