#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/cli/options.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/network_work.h"
#include "platform/commands/objective_options.h"
#include "platform/commands/optimize_results.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/stacks.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/prediction/platform_timing.h"
#include "platform/report/format.h"
#include "platform/report/latency_report.h"
#include "platform/report/onnx_report.h"
#include "schedules/files/output_file.h"
#include "schedules/json/json.h"
#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/bounds.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

constexpr ObjectiveUse kShowUse = ObjectiveUse::show;

void print_results(const CommandOptions& options, const std::vector<LayerResult>& results,
                   const ShownResults& shown, const LayerWork& work,
                   const std::optional<NetworkPrediction>& network, const PlatformConfig& config,
                   bool interrupted) {
  const OnnxNetwork* onnx = work.onnx.get();
  const WholeFront front = shown.front ? add_fronts(results) : WholeFront();
  if (options.has("json") || options.has("report")) {
    ordered_json layers = ordered_json::array();
    for (const LayerResult& result : results) layers.push_back(to_json(result, shown));
    ordered_json document = {{"layers", layers}};
    if (shown.front) document["front"] = front_json(front.points, front.bounds);
    if (shown.cycles) document["caveats"] = caveats_json(shown.caveat);
    if (onnx != nullptr) add_onnx(document, *onnx);
    if (network) add_network(document, *work.graph, *network);
    add_provenance(document, options, config);
    write_report(options, document);
    if (options.has("json")) std::cout << document.dump(2) << '\n';
  }
  if (options.has("json")) return;
  Answer answer = hwcvp::answer(results, shown, front, machine_timing(config), interrupted);
  answer.subject = subject(options, count_text(work.layers.size(), "layer"), config);
  if (onnx != nullptr) {
    answer.sections.push_back({"onnx", [onnx](std::ostream& out) { print_onnx(out, *onnx); }});
  }
  if (network) {
    answer.notes.push_back(network_note(*network));
    answer.sections.push_back(
        {"network", [&](std::ostream& out) { print_network(out, *work.graph, *network); }});
  }
  print_answer(std::cout, options, answer);
}

std::optional<NetworkPrediction> predict_network(const std::vector<LayerResult>& results,
                                                 const LayerWork& work, const PlatformConfig& config) {
  if (!work.graph || results.size() != work.layers.size()) return std::nullopt;
  std::vector<Schedule> schedules;
  schedules.reserve(results.size());
  for (const LayerResult& result : results) schedules.push_back(result.found.schedule);
  return predict_network(*work.graph, schedules, config);
}

// Throws InputError where a file would be written over one that is read.
void check_files(const CommandOptions& options, const PlatformConfig& config, const LayerWork& work) {
  FileUses uses;
  add_reads(options, work, uses);
  uses.reads(options, {"platform", "constraints", "cache"});
  uses.reads("the DRAM", config.dram.timing.name());
  for (const Layer& layer : work.layers) {
    for (const char* suffix : {"layer.json", "schedule.json"}) {
      uses.writes("--output-dir", output_path(options.text("output-dir"), layer.name, suffix));
    }
  }
  add_report_file(options, uses);
}

void write_results(const std::vector<LayerResult>& results, const std::string& folder) {
  for (const LayerResult& result : results) {
    const std::string& name = result.layer.name;
    write_file(output_path(folder, name, "layer.json"), to_json(result.layer).dump(2) + "\n");
    write_file(output_path(folder, name, "schedule.json"), to_json(result.found.schedule).dump(2) + "\n");
  }
}

}  // namespace

int optimize_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "optimize (--layer FILE | [--network] NAME-or-FILE.onnx) --buffer SIZE [OPTIONS]",
      "Finds for each layer the schedule with the least memory traffic, the fewest estimated cycles, the\n"
      "least traffic at nearly the fewest cycles, or the fewest bus bytes, whose buffers fit into SIZE, "
      "with\n"
      "the bound that the search has proven.",
      "hwcvp optimize --network alexnet --buffer 64KiB");
  add_layer_options(options);
  add_operator_options(options);
  options.add_value("buffer", "SIZE",
                    "buffer memory for input, weights and accumulators together, such as 64KiB");
  add_search_options(options, kShowUse);
  add_platform_options(options,
                       "platform file (JSON) with the machine whose cycles --objective latency and balanced "
                       "estimate, and whose "
                       "bursts and bus bytes --layout and --objective bus-bytes count");
  add_layout_option(options);
  options.add_value("output-dir", "DIR",
                    "write LAYER.layer.json and LAYER.schedule.json there, for predict and run");
  add_report_option(options);
  add_answer_options(options, {"nests", "proofs", "front", "onnx", "network", "stacks"});
  add_stacks_option(options);
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffer");
  check_answer_options(options);
  if (options.has("stacks")) return optimize_stacks(options);

  for (const char* option : {"platform", "set"}) {
    if (options.has(option) && !objective_is_of_machine(options, kShowUse) && !options.has("layout") &&
        !all_operators(options)) {
      throw InputError(fmt::format("--{}: expected --objective {}, --layout or --operators all with it",
                                   option, objectives_of_machine(kShowUse)));
    }
  }
  PlatformConfig config = read_platform_options(options);
  config.hwc.buffer_bytes = options.size("buffer", 0);
  const LayerWork work = read_network_work(options);
  const std::vector<Layer>& layers = work.layers;
  const LayerSearch search = read_search_options(options, config, layers, kShowUse);
  const ObjectiveFields fields = search.options.objective->fields();
  const ShownResults shown{!search.options.constraints.prices.all_one(),
                           fields.latency,
                           fields.bus,
                           fields.front,
                           options.has("layout") || fields.bus,
                           latency_caveat(machine_timing(config))};
  const LayoutCandidates layouts = read_layouts(options, config);
  for (const Layer& layer : layers) predict_bus_traffic(layer, {}, first_of(layouts), config);  // may refuse
  check_report(options, work, config);
  if (options.has("output-dir")) {
    check_files(options, config, work);
    make_output_folder(options.text("output-dir"));
  }

  std::vector<LayerResult> results;
  catch_interrupts();
  WorkerPool pool(read_threads(options));
  bool interrupted = false;
  try {
    optimize_layers(layers, search, pool, [&](size_t i, const OptimizerResult& found) {
      results.push_back({layers[i],
                         found,
                         compulsory_bytes(layers[i]),
                         published_bound_bytes(layers[i], search.options.buffer_bytes),
                         {},
                         {}});
      if (!shown.layout) return;
      LayerResult& result = results.back();
      result.layouts = choose_layouts(result.layer, found.schedule, layouts, config);
      result.bus = predict_bus_traffic_soon(result.layer, found.schedule, result.layouts, config);
      if (!shown.cycles) return;
      result.found.latency = estimate_latency(result.layer, found.schedule, found.prediction.traffic,
                                              machine_timing(config, result.layouts));
    });
  } catch (const Interrupted&) {
    interrupted = true;
  }
  if (options.has("output-dir")) write_results(results, options.text("output-dir"));
  const std::optional<NetworkPrediction> network =
      interrupted ? std::nullopt : predict_network(results, work, config);
  print_results(options, results, shown, work, network, config, interrupted);
  if (interrupted) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
