#include <fmt/format.h>

#include <chrono>
#include <future>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/simulation/run_options.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/machine/report_handler.h"
#include "platform/report/accuracy_report.h"
#include "platform/report/format.h"
#include "platform/report/progress.h"
#include "platform/study/accuracy_plan.h"
#include "platform/study/network_run.h"

namespace hwcvp {

namespace {

std::vector<Schedule> best_schedules(const CommandOptions& options, const std::vector<Layer>& layers,
                                     const PlatformConfig& config, WorkerPool& pool) {
  std::vector<Schedule> schedules(layers.size());
  optimize_layers(layers, read_search_options(options, config, layers), pool,
                  [&](size_t i, const OptimizerResult& result) { schedules[i] = result.schedule; });
  return schedules;
}

// What each earlier model chooses; equal layers once.
void add_choices(AccuracyPlan& plan, const std::vector<Layer>& layers, int64_t buffer_bytes,
                 WorkerPool& pool) {
  const std::vector<std::string> models = earlier_model_names();
  const std::vector<size_t> first = first_equal(layers);
  std::vector<std::vector<std::shared_future<LayerChoice>>> futures(models.size());
  for (size_t m = 0; m < models.size(); ++m) {
    for (size_t i = 0; i < layers.size(); ++i) {
      if (first[i] < i) {
        futures[m].push_back(futures[m][first[i]]);
      } else {
        futures[m].push_back(pool.submit([model = models[m], layer = layers[i], buffer_bytes] {
                                   return choose_for(model, layer, buffer_bytes);
                                 })
                                 .share());
      }
    }
  }
  Progress progress("choosing as", models.size());
  for (size_t m = 0; m < models.size(); ++m) {
    progress.begin(m + 1, models[m]);
    std::vector<LayerChoice> choices;
    size_t chosen = 0;
    for (const auto& future : futures[m]) {
      while (future.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
        check_interrupt();
        progress.update(0);
      }
      choices.push_back(future.get());
      chosen += choices.back().choice ? 1 : 0;
    }
    plan.add_model(models[m], choices);
    progress.end(fmt::format("{} of {} layers", chosen, layers.size()));
  }
}

std::vector<LayerReport> simulate(const CommandOptions& options, const PlatformConfig& config,
                                  const std::vector<LayerJob>& jobs) {
  WorkerPool pool(read_threads(options) - 1);  // checks outputs; the simulation has the main thread
  Progress progress("simulating", jobs.size());
  size_t number = 0;
  NetworkRun::Listener listener;
  listener.on_begin = [&](const LayerJob& job) {
    progress.begin(++number, job.layer.name, job.predicted.traffic.total());
  };
  listener.on_progress = [&](int64_t tensor_bytes) {
    check_interrupt();
    progress.update(tensor_bytes);
  };
  listener.on_simulated = [&](const LayerReport& report, const HostTensor* /*output*/) {
    progress.end(fmt::format("{} moved, {}", bytes_text(report.observed.traffic.total()),
                             duration_text(report.wall_seconds)));
  };
  NetworkRun run(config, soc_files(config), false, pool);
  for (LayerJob job : jobs) {
    job.make_tensors = [&options, layer = job.layer] { return read_tensors(options, layer); };
    run.run(job, listener);
  }
  return run.finish();
}

}  // namespace

int accuracy_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "accuracy (--layer FILE | [--network] NAME) --buffer SIZE [OPTIONS]",
      "Sets models of memory traffic against what bus monitors observe on the simulated system: for the\n"
      "optimizer's schedules and for those that each earlier model would choose, as far as the model can\n"
      "express them; and what the models' choices cost. docs/earlier-models.md describes the models.",
      "hwcvp accuracy --network alexnet --buffer 64KiB --cpu native");
  add_layer_options(options);
  options.add_value("buffer", "SIZE", "buffer memory of the accelerator, such as 64KiB");
  add_platform_options(options);
  options.add_value("cpu", "KIND", "control processor: riscv or native (faster), in place of the platform's");
  options.add_value("seed", "N", "seed of pseudo-random tensors (default: 1)");
  options.add_value("time-limit", "SECONDS",
                    "for the search of each layer; without it the search ends by itself");
  options.add_value("threads", "N", "threads to use (default: one for each processor)");
  add_report_option(options);
  add_answer_options(options, accuracy_section_names());
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffer");
  check_answer_options(options);

  install_report_handler(false);
  const PlatformConfig config = read_run_platform(options);
  options.integer("seed", 0, std::numeric_limits<uint64_t>::max(),
                  1);  // refused before time goes into a search
  const LayerWork work = read_layer_work(options);
  const std::vector<Layer>& layers = work.layers;
  check_report(options, work, config);
  for (const Layer& layer : layers) {
    check_channels(layer, config.hwc);
    place_tensors(layer, config.layout.tensors, config);
  }

  catch_interrupts();
  AccuracyReport report;
  try {
    const int64_t buffer_bytes = config.hwc.buffer_bytes;
    WorkerPool pool(read_threads(options));
    AccuracyPlan plan(buffer_bytes, layers, best_schedules(options, layers, config, pool));
    add_choices(plan, layers, buffer_bytes, pool);
    for (const LayerJob& job : plan.jobs()) check_fits(job.layer, job.schedule, config.hwc);
    report = plan.finish(simulate(options, config, plan.jobs()));
  } catch (const Interrupted&) {
    exit_interrupted();
  }
  nlohmann::ordered_json json = to_json(report);
  add_provenance(json, options, config, read_seed(options));
  write_report(options, json);
  if (options.has("json")) {
    std::cout << json.dump(2) << '\n';
  } else {
    Answer answer = hwcvp::answer(report);
    answer.subject = subject(options, count_text(layers.size(), "layer"), config);
    print_answer(std::cout, options, answer);
  }
  return report.agreed() ? kExitDone : kExitDisagreed;
}

}  // namespace hwcvp
