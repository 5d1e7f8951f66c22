#include "schedules/optimizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "schedules/bounds.h"
#include "schedules/error.h"
#include "schedules/exact_predictor.h"
#include "schedules/optimizer/descent.h"
#include "schedules/optimizer/refine.h"

namespace hwcvp {

namespace {

constexpr int kRefinements = 20000;  // a few hundredths of a second

}  // namespace

OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  OptimizerResult result;
  if (!optimizer::descend(layer, options, result.schedule, result.evaluated)) {
    throw InputError(
        fmt::format("{}: buffer: no schedule fits in {} bytes", layer.name, options.buffer_bytes));
  }
  optimizer::refine(layer, options, kRefinements, result.schedule, result.evaluated);
  result.prediction = predict_exact(layer, result.schedule);
  result.proven_bound = compulsory_bytes(layer);
  result.optimal = result.proven_bound == result.prediction.traffic.total();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace hwcvp
