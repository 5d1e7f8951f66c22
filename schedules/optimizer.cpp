#include "schedules/optimizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "schedules/error.h"
#include "schedules/exact_predictor.h"
#include "schedules/optimizer/descent.h"

namespace hwcvp {

OptimizerResult optimize(const Layer& layer, const OptimizerOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  OptimizerResult result;
  if (!optimizer::descend(layer, options, result.schedule, result.evaluated)) {
    throw InputError(
        fmt::format("{}: buffer: no schedule fits in {} bytes", layer.name, options.buffer_bytes));
  }
  result.prediction = predict_exact(layer, result.schedule);
  result.proven_bound = layer.weight_elements() * bytes(layer.weight_type) +
                        layer.output_elements() * bytes(layer.output_type) + layer.params_bytes();
  result.optimal = result.proven_bound == result.prediction.traffic.total();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace hwcvp
