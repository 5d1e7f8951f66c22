#include "platform/search/network_search.h"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <memory>

#include "platform/host/interrupt.h"
#include "platform/report/format.h"
#include "platform/report/progress.h"

namespace hwcvp {

namespace {

constexpr std::chrono::milliseconds kBetweenLooks(50);  // for results, and to draw progress

using FutureResult = std::shared_future<OptimizerResult>;

// Equal layers share one result.
std::vector<FutureResult> submit(const std::vector<Layer>& layers, const LayerSearch& search,
                                 WorkerPool& pool) {
  const auto solver = std::make_shared<const LayerSolver>(search);  // also the tasks', which may outlive us
  const std::vector<size_t> first = first_equal(layers);
  std::vector<FutureResult> futures;
  for (size_t i = 0; i < layers.size(); ++i) {
    futures.push_back(
        first[i] < i ? futures[first[i]]
                     : pool.submit([layer = layers[i], solver] { return solver->solve(layer); }).share());
  }
  return futures;
}

}  // namespace

void optimize_layers(const std::vector<Layer>& layers, const LayerSearch& search, WorkerPool& pool,
                     const std::function<void(size_t layer, const OptimizerResult& result)>& on_result) {
  const std::vector<FutureResult> futures = submit(layers, search, pool);
  Progress progress("optimizing", layers.size());
  for (size_t i = 0; i < layers.size(); ++i) {
    progress.begin(i + 1, layers[i].name);
    while (futures[i].wait_for(kBetweenLooks) != std::future_status::ready) progress.update(0);
    const OptimizerResult& result = futures[i].get();
    progress.end(fmt::format("{}{}", bytes_text(result.prediction.traffic.total()),
                             result.optimal ? ", optimal" : ""));
    on_result(i, result);
  }
  check_interrupt();
}

}  // namespace hwcvp
