#include "schedules/optimizer/search/provers.h"

#include "schedules/optimizer/bound/constrained_bound.h"
#include "schedules/optimizer/bound/cost_bound.h"
#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp::optimizer {

void prove_cost(SearchContext& context) {
  const Layer& layer = context.layer();
  if (!ResidenceBound::goes_through(layer)) {
    // What every schedule moves is known.
    context.raise_cost_bound(cost_bound(layer, context.prices(), 0) - context.constants_cost(),
                             Proof::compulsory);
    return;
  }
  const int64_t below = constrained_bound(layer, context.options(), context.prices(),
                                          context.best().value.value, context.budget());
  const int64_t compulsory = cost_bound(layer, context.prices(), 0) - context.constants_cost();
  context.raise_cost_bound(below, below > compulsory ? Proof::residence : Proof::compulsory);
}

void prove_bytes(SearchContext& context) {
  const Layer& layer = context.layer();
  const int64_t constants = layer.params_bytes();
  context.raise_bytes_bound(compulsory_bytes(layer), Proof::compulsory);
  if (context.prices().all_one()) {
    context.raise_bytes_bound(context.cost_bound() + constants, context.proof());
    return;
  }
  if (!ResidenceBound::goes_through(layer)) return;
  const int64_t total = predict_exact(layer, context.best().schedule).traffic.total();
  const int64_t below =
      constrained_bound(layer, context.options(), Prices{}, total - constants, context.budget());
  context.raise_bytes_bound(below + constants, Proof::residence);
}

}  // namespace hwcvp::optimizer
