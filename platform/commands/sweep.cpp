#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/commands.h"
#include "platform/commands/layer_work.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/report/onnx_report.h"
#include "platform/report/progress.h"
#include "platform/report/sweep_report.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/problem/objective.h"
#include "schedules/sweep/pareto.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenClaims(200);  // before asking again for what another process searches
constexpr milliseconds kBetweenDraws(50);    // of progress

// The layers of a sweep, equal ones once, searched in the threads of a pool and shared with other processes.
class Sweep {
 public:
  Sweep(LayerSearch search, std::vector<int64_t> sizes, WorkerPool& pool)
      : search_(std::move(search)), sizes_(std::move(sizes)), pool_(pool) {
    if (!search_.cache_folder.empty()) {
      cache_ = std::make_shared<const ResultCache>(search_.cache_folder, [](const std::string& line) {
        fmt::print(stderr, "hwcvp: warning: {}\n", line);
      });
    }
  }

  // For each layer the results by ascending size; after an interrupt those that were finished.
  std::vector<std::vector<CapacityResult>> run(const std::vector<Layer>& layers) {
    std::vector<size_t> same_as(layers.size());  // the first layer that is equal
    std::deque<Task> tasks;
    for (size_t i = 0; i < layers.size(); ++i) {
      while (!equal_but_name(layers[same_as[i]], layers[i])) ++same_as[i];
      if (same_as[i] == i) tasks.push_back(submit(i, layers[i]));
    }
    std::vector<std::vector<CapacityResult>> results(layers.size());
    Progress progress("sweeping", tasks.size());
    size_t deferred = 0;  // in a row
    for (size_t done = 0; !tasks.empty();) {
      Task task = std::move(tasks.front());
      tasks.pop_front();
      const Layer& layer = layers[task.layer];
      progress.begin(done + 1, layer.name);
      while (task.results.wait_for(kBetweenDraws) != std::future_status::ready) progress.update(0);
      if (auto found = task.results.get()) {
        progress.end(fmt::format("{} of {} sizes", found->size(), sizes_.size()));
        results[task.layer] = std::move(*found);
        ++done;
        deferred = 0;
      } else if (!interrupt_flag()) {
        if (++deferred > tasks.size()) std::this_thread::sleep_for(kBetweenClaims);
        tasks.push_back(submit(task.layer, layer));
      }
    }
    for (size_t i = 0; i < layers.size(); ++i) {
      if (same_as[i] != i) results[i] = results[same_as[i]];
    }
    return results;
  }

 private:
  using Results = std::optional<std::vector<CapacityResult>>;  // none: another process is at it
  struct Task {
    size_t layer = 0;
    std::future<Results> results;
  };

  Task submit(size_t index, const Layer& layer) {
    return {
        index, pool_.submit([layer, cache = cache_, sizes = sizes_, options = search_.options]() -> Results {
          if (!cache) return sweep_capacities(layer, options, sizes, optimize);
          const auto claim = cache->claim(layer, options);
          if (claim->state() == SearchClaim::State::taken) return std::nullopt;
          return sweep_capacities(layer, options, sizes, [&](const Layer& at, const OptimizerOptions& how) {
            return cache->solve(at, how);
          });
        })};
  }

  LayerSearch search_;
  std::vector<int64_t> sizes_;
  WorkerPool& pool_;
  std::shared_ptr<const ResultCache> cache_;
};

bool is_complete(const SweepReport& report, size_t sizes) {
  return std::all_of(report.layers.begin(), report.layers.end(),
                     [sizes](const LayerSweep& sweep) { return sweep.points.size() == sizes; });
}

}  // namespace

int sweep_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "sweep (--layer FILE | --network NAME-or-FILE.onnx) --buffers SIZES [OPTIONS]",
      "Finds the schedules with the least memory traffic for several buffer sizes, and which of them are on\n"
      "the Pareto front of traffic against bytes used: for each layer, and for all layers in one buffer.\n"
      "With --cache the sweep goes on where an earlier one was interrupted, and several processes with the\n"
      "same folder share the work.",
      "hwcvp sweep --network alexnet --buffers 4KiB..256KiB");
  add_layer_options(options);
  options.add_value("buffers", "SIZES",
                    "buffer memory: sizes and ranges that double, such as 4KiB,16KiB or 4KiB..256KiB");
  add_search_options(options);
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffers");

  const std::vector<int64_t> sizes = parse_sizes(options.text("buffers"), "--buffers");
  const LayerWork work = read_layer_work(options);
  PlatformConfig config;
  config.hwc.buffer_bytes = sizes.back();
  const LayerSearch search = read_search_options(options, config, work.layers);
  if (!search.options.objective->is_cost()) {
    throw InputError("--objective: expected traffic, which is what a sweep sets against buffer size");
  }

  catch_interrupts();
  WorkerPool pool(read_threads(options));
  Sweep sweep(search, sizes, pool);
  std::vector<std::vector<CapacityResult>> results = sweep.run(work.layers);
  SweepReport report;
  report.totals = add_layers(results);
  report.prices = !search.options.constraints.prices.all_one();
  for (size_t i = 0; i < work.layers.size(); ++i) {
    report.layers.push_back({work.layers[i], std::move(results[i])});
  }
  report.complete = is_complete(report, sizes.size());
  if (options.has("json")) {
    nlohmann::ordered_json document = to_json(report);
    if (work.onnx) add_onnx(document, *work.onnx);
    std::cout << document.dump(2) << '\n';
  } else {
    print_sweep(std::cout, report);
    if (work.onnx) print_onnx(std::cout, *work.onnx);
  }
  if (interrupt_flag()) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
