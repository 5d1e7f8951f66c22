#include "schedules/optimizer/optimizer.h"

#include <algorithm>
#include <string>

#include "schedules/optimizer/bound/cost_bound.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/problem/budget.h"
#include "schedules/optimizer/problem/search_context.h"
#include "schedules/optimizer/search/plan.h"
#include "schedules/optimizer/search/provers.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

namespace {

// All but the seconds.
OptimizerResult result_of(const optimizer::SearchContext& context) {
  const Layer& layer = context.layer();
  OptimizerResult result;
  result.schedule = context.space().expand(context.best().schedule);
  result.prediction = predict_exact(layer, result.schedule);
  if (result.schedule == context.best().schedule) result.value = context.best().value.value;
  result.cost = context.prices().cost(result.prediction.traffic);
  result.proven_bound = context.bytes_bound();
  result.proven_cost = std::max(optimizer::cost_bound(layer, context.prices(), result.proven_bound),
                                context.cost_bound() + context.constants_cost());
  result.proof = context.proof();
  for (const optimizer::TimedSchedule& known : context.front()) {
    const Prediction prediction = predict_exact(layer, known.schedule);
    result.front.push_back(
        {known.schedule, prediction, context.prices().cost(prediction.traffic), known.cycles});
  }
  result.evaluated = context.evaluated();
  result.finished = !context.budget().cut_short();
  context.objective().complete(layer, result);
  return result;
}

}  // namespace

OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options) {
  options.constraints.validate(layer, "constraints");
  optimizer::Budget budget(options);
  optimizer::SearchContext context(layer, options, objective_of(options), budget);
  optimizer::search_schedules(context);
  if (!context.found()) {
    // Only fixed levels leave more to choose from than a search goes through whatever the time.
    if (context.space().levels_fixed() && budget.cut_short()) {
      throw InputError(layer.name +
                       ": buffer: the search had to end before it found any schedule that fits in " +
                       std::to_string(options.buffer_bytes) + " bytes under these constraints");
    }
    throw context.space().none_left();
  }
  optimizer::prove_bytes(context);
  OptimizerResult result = result_of(context);
  result.seconds = budget.seconds();
  return result;
}

}  // namespace hwcvp
