#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/network_work.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/stacks.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/prediction/platform_timing.h"
#include "platform/report/format.h"
#include "platform/report/onnx_report.h"
#include "platform/report/sweep_report.h"
#include "platform/search/capacity_search.h"
#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/problem/objective.h"
#include "schedules/sweep/pareto.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr ObjectiveUse kSweepUse = ObjectiveUse::sweep;

bool is_complete(const SweepReport& report, size_t sizes) {
  return std::all_of(report.layers.begin(), report.layers.end(),
                     [sizes](const LayerSweep& sweep) { return sweep.points.size() == sizes; });
}

}  // namespace

int sweep_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "sweep (--layer FILE | [--network] NAME-or-FILE.onnx) --buffers SIZES [OPTIONS]",
      "Finds the schedules with the least memory traffic for several buffer sizes, and which of them are on\n"
      "the Pareto front of traffic against bytes used: for each layer, and for all layers in one buffer.\n"
      "With --cache the sweep goes on where an earlier one was interrupted, and several processes with the\n"
      "same folder share the work.",
      "hwcvp sweep --network alexnet --buffers 4KiB..256KiB");
  add_layer_options(options);
  add_operator_options(options);
  options.add_value("buffers", "SIZES",
                    "buffer memory: sizes and ranges that double, such as 4KiB,16KiB or 4KiB..256KiB");
  add_search_options(options, kSweepUse);
  add_platform_options(options,
                       "platform file (JSON) with the machine whose cycles --objective front estimates");
  add_report_option(options);
  add_answer_options(options, sweep_section_names());
  add_stacks_option(options);
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffers");
  check_answer_options(options);
  if (options.has("stacks")) return sweep_stacks(options);

  const std::vector<int64_t> sizes = parse_sizes(options.text("buffers"), "--buffers");
  const LayerWork work = read_network_work(options);
  for (const char* option : {"platform", "set"}) {
    if (options.has(option) && !objective_is_of_machine(options, kSweepUse)) {
      throw InputError(
          fmt::format("--{}: expected --objective {} with it", option, objectives_of_machine(kSweepUse)));
    }
  }
  PlatformConfig config = read_platform_options(options);
  config.hwc.buffer_bytes = sizes.back();
  const LayerSearch search = read_search_options(options, config, work.layers, kSweepUse);
  check_report(options, work, config);

  catch_interrupts();
  WorkerPool pool(read_threads(options));
  std::vector<std::vector<CapacityResult>> results = sweep_layers(work.layers, search, sizes, pool);
  std::vector<NetworkPoint> network;
  if (work.graph) network = sweep_network(*work.graph, results, config);
  SweepReport report;
  report.totals = add_layers(results);
  report.prices = !search.options.constraints.prices.all_one();
  for (size_t i = 0; i < work.layers.size(); ++i) {
    report.layers.push_back({work.layers[i], std::move(results[i])});
  }
  if (search.options.objective->fields().front) {
    report.fronts = add_fronts(report.layers, sizes);
    report.caveat = latency_caveat(machine_timing(config));
  }
  report.complete = is_complete(report, sizes.size());
  if (options.has("json") || options.has("report")) {
    nlohmann::ordered_json document = to_json(report);
    if (work.onnx) add_onnx(document, *work.onnx);
    if (work.graph) add_network_sweep(document, *work.graph, network);
    add_provenance(document, options, config);
    write_report(options, document);
    if (options.has("json")) std::cout << document.dump(2) << '\n';
  }
  if (!options.has("json")) {
    Answer answer = hwcvp::answer(report);
    answer.subject = subject(options, fmt::format("{}, {}", count_text(work.layers.size(), "layer"),
                                                  count_text(sizes.size(), "size"))) +
                     ".";
    if (work.onnx) {
      answer.sections.push_back({"onnx", [&](std::ostream& out) { print_onnx(out, *work.onnx); }});
    }
    if (work.graph) {
      answer.sections.push_back(
          {"network", [&](std::ostream& out) { print_network_sweep(out, *work.graph, network); }});
      answer.notes.emplace_back("The whole network, every operator: --details network.");
    }
    print_answer(std::cout, options, answer);
  }
  if (interrupt_flag()) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
