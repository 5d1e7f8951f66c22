#include "platform/search/capacity_search.h"

#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "platform/host/interrupt.h"
#include "platform/report/progress.h"

namespace hwcvp {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenClaims(200);  // before asking again for what another process searches
constexpr milliseconds kBetweenDraws(50);    // of progress

using CapacityResults = std::optional<std::vector<CapacityResult>>;  // none: another process is at it

struct CapacityTask {
  size_t layer = 0;
  std::future<CapacityResults> results;
};

CapacityResults sweep_layer(const Layer& layer, const LayerSolver& solver,
                            const std::vector<int64_t>& capacities) {
  const auto claim = solver.claim(layer);
  if (claim && claim->state() == SearchClaim::State::taken) return std::nullopt;
  return sweep_capacities(
      layer, solver.options(), capacities,
      [&solver](const Layer& at, const OptimizerOptions& how) { return solver.solve(at, how); });
}

}  // namespace

std::vector<std::vector<CapacityResult>> sweep_layers(const std::vector<Layer>& layers,
                                                      const LayerSearch& search,
                                                      const std::vector<int64_t>& capacities,
                                                      WorkerPool& pool) {
  const auto solver = std::make_shared<const LayerSolver>(search);  // also the tasks', which may outlive us
  const auto submit = [&](size_t i) {
    return CapacityTask{i, pool.submit([layer = layers[i], solver, capacities] {
                          return sweep_layer(layer, *solver, capacities);
                        })};
  };
  const std::vector<size_t> first = first_equal(layers);
  std::deque<CapacityTask> tasks;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (first[i] == i) tasks.push_back(submit(i));
  }
  std::vector<std::vector<CapacityResult>> results(layers.size());
  Progress progress("sweeping", tasks.size());
  size_t deferred = 0;  // in a row
  for (size_t done = 0; !tasks.empty();) {
    CapacityTask task = std::move(tasks.front());
    tasks.pop_front();
    progress.begin(done + 1, layers[task.layer].name);
    while (task.results.wait_for(kBetweenDraws) != std::future_status::ready) progress.update(0);
    if (auto found = task.results.get()) {
      progress.end(fmt::format("{} of {} sizes", found->size(), capacities.size()));
      results[task.layer] = std::move(*found);
      ++done;
      deferred = 0;
    } else if (!interrupt_flag()) {
      if (++deferred > tasks.size()) std::this_thread::sleep_for(kBetweenClaims);
      tasks.push_back(submit(task.layer));
    }
  }
  for (size_t i = 0; i < layers.size(); ++i) {
    if (first[i] != i) results[i] = results[first[i]];
  }
  return results;
}

}  // namespace hwcvp
