#include "schedules/optimizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/bounds.h"
#include "schedules/error.h"
#include "schedules/exact_predictor.h"
#include "schedules/optimizer/budget.h"
#include "schedules/optimizer/descent.h"
#include "schedules/optimizer/exhaustive.h"
#include "schedules/optimizer/refine.h"
#include "schedules/optimizer/stationary_box.h"

namespace hwcvp {

namespace {

constexpr int kRefinements = 20000;      // a few hundredths of a second
constexpr int kRefinementsPerCut = 200;  // fewer for small layers
constexpr int kRestarts = 2;             // from random tiles, for each order of tensors and loops
constexpr size_t kMaxBoxes = 100;        // that are descended into
constexpr int64_t kExhaustiveCuts = 24;  // up to which all nests are tried
constexpr int64_t kExhaustiveNodes = 500000;

// Places where some dimension can be cut.
int64_t cuts(const Layer& layer) {
  int64_t sum = 0;
  for (const int64_t extent : layer.extents()) sum += extent - 1;
  return sum;
}

// Descends into the boxes that may hold something better. False where none is left.
bool search_boxes(const optimizer::StationaryBoxes& stationary, optimizer::Descent& descent,
                  optimizer::Budget& budget) {
  const std::vector<optimizer::StationaryBox> boxes = stationary.below(descent.traffic());
  for (size_t i = 0; i < std::min(boxes.size(), kMaxBoxes) && !budget.spent(); ++i) {
    if (boxes[i].estimate >= descent.traffic()) break;
    descent.search_within(boxes[i]);
  }
  return !boxes.empty() && boxes.front().estimate < descent.traffic();
}

}  // namespace

OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options) {
  using namespace optimizer;
  Budget budget(options);
  OptimizerResult result;
  Descent descent(layer, options, budget);
  descent.search_all(0);
  if (!descent.found()) {
    throw InputError(
        fmt::format("{}: buffer: no schedule fits in {} bytes", layer.name, options.buffer_bytes));
  }
  const StationaryBoxes stationary(layer, options);
  if (search_boxes(stationary, descent, budget)) {
    descent.search_all(kRestarts);
    search_boxes(stationary, descent, budget);
  }
  result.schedule = descent.schedule();
  result.evaluated = descent.evaluated();
  int64_t traffic = descent.traffic();
  const int64_t constants = predict_exact(layer, result.schedule).traffic.params_read;
  const int64_t compulsory = compulsory_bytes(layer);
  bool best_of_all = false;
  if (compulsory < traffic + constants && cuts(layer) <= kExhaustiveCuts) {
    Exhaustive exhaustive(layer, options, budget, traffic, result.schedule);
    best_of_all = exhaustive.run(kExhaustiveNodes);
    result.evaluated += exhaustive.evaluated();
  }
  const auto rounds = static_cast<int>(std::min<int64_t>(kRefinements, kRefinementsPerCut * cuts(layer)));
  if (!budget.spent()) refine(layer, options, rounds, result.schedule, result.evaluated);

  result.prediction = predict_exact(layer, result.schedule);
  const int64_t total = result.prediction.traffic.total();
  result.proven_bound = best_of_all ? total : compulsory;
  result.optimal = result.proven_bound == total;
  result.seconds = budget.seconds();
  return result;
}

}  // namespace hwcvp
