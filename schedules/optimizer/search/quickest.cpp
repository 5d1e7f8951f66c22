#include "schedules/optimizer/search/quickest.h"

#include <atomic>

#include "schedules/optimizer/search/descent.h"
#include "schedules/optimizer/search/larger_leaves.h"

namespace hwcvp::optimizer {

std::optional<Schedule> quickest_schedule(SearchContext& context) {
  static const std::atomic<bool> kEnded{true};
  OptimizerOptions options = context.options();
  options.cancel = &kEnded;
  Budget none(options);
  SearchContext quick(context.layer(), options, context.objective(), none);
  Descent(quick).search_all(0);
  if (quick.found()) enlarge_leaves(quick);
  context.count(quick.evaluated());
  if (!quick.found()) return std::nullopt;
  return quick.best().schedule;
}

}  // namespace hwcvp::optimizer
