#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/exit_status.h"
#include "platform/cli/interrupt.h"
#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/commands/layer_work.h"
#include "platform/report/format.h"
#include "platform/report/onnx_report.h"
#include "platform/report/table.h"
#include "platform/report/traffic_table.h"
#include "schedules/bounds.h"
#include "schedules/json.h"
#include "schedules/optimizer.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

struct LayerResult {
  Layer layer;
  OptimizerResult found;
  int64_t compulsory = 0;
  int64_t published = 0;
};

ordered_json to_json(const LayerResult& result) {
  return {{"name", result.layer.name},
          {"layer", to_json(result.layer)},
          {"schedule", to_json(result.found.schedule)},
          {"traffic", to_json(result.found.prediction.traffic)},
          {"buffer", to_json(result.found.prediction.buffer)},
          {"lower_bound",
           {{"compulsory", result.compulsory},
            {"published", result.published},
            {"proven", result.found.proven_bound}}},
          {"optimal", result.found.optimal},
          {"evaluated", result.found.evaluated},
          {"seconds", result.found.seconds}};
}

// The published bound counts for the gap, but settles nothing.
std::string gap_text(const LayerResult& result) {
  if (result.found.optimal) return "optimal";
  const auto bytes = static_cast<double>(result.found.prediction.traffic.total());
  const auto bound = static_cast<double>(std::max(result.found.proven_bound, result.published));
  return fmt::format("at most {:.1f} % off", 100 * (bytes / bound - 1));
}

void print_nests(const std::vector<LayerResult>& results) {
  for (const LayerResult& result : results) {
    std::cout << "Layer " << result.layer.name << '\n'
              << to_text(result.found.schedule, result.layer) << '\n';
    print_prediction(std::cout, result.found.prediction);
    std::cout << '\n';
  }
}

void print_summary(const std::vector<LayerResult>& results) {
  Table table({{"layer", Table::Align::left},
               {"buffer bytes"},
               {"traffic bytes"},
               {"compulsory"},
               {"published bound"},
               {"proven bound"},
               {"proof", Table::Align::left},
               {"evaluated"},
               {"time"}});
  LayerResult total;
  Traffic traffic;
  for (const LayerResult& result : results) {
    const OptimizerResult& found = result.found;
    table.add({result.layer.name, grouped(found.prediction.buffer.total()),
               grouped(found.prediction.traffic.total()), grouped(result.compulsory),
               grouped(result.published), grouped(found.proven_bound), gap_text(result),
               grouped(found.evaluated), duration_text(found.seconds)});
    traffic += found.prediction.traffic;
    total.compulsory += result.compulsory;
    total.published += result.published;
    total.found.proven_bound += found.proven_bound;
    total.found.evaluated += found.evaluated;
    total.found.seconds += found.seconds;
  }
  if (results.size() > 1) {
    table.add_rule();
    table.add({"total", "", grouped(traffic.total()), grouped(total.compulsory), grouped(total.published),
               grouped(total.found.proven_bound), "", grouped(total.found.evaluated),
               duration_text(total.found.seconds)});
  }
  table.print(std::cout);
}

void print_results(const std::vector<LayerResult>& results, const OnnxNetwork* onnx, bool as_json) {
  if (as_json) {
    ordered_json layers = ordered_json::array();
    for (const LayerResult& result : results) layers.push_back(to_json(result));
    ordered_json document = {{"layers", layers}};
    if (onnx != nullptr) add_onnx(document, *onnx);
    std::cout << document.dump(2) << '\n';
  } else {
    print_nests(results);
    print_summary(results);
    if (onnx != nullptr) print_onnx(std::cout, *onnx);
  }
}

void write_results(const std::vector<LayerResult>& results, const std::string& folder) {
  for (const LayerResult& result : results) {
    const std::string& name = result.layer.name;
    write_text_file(output_path(folder, name, "layer.json"), to_json(result.layer).dump(2) + "\n");
    write_text_file(output_path(folder, name, "schedule.json"),
                    to_json(result.found.schedule).dump(2) + "\n");
  }
}

}  // namespace

int optimize_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "optimize (--layer FILE | --network NAME-or-FILE.onnx) --buffer SIZE [OPTIONS]",
      "Finds for each layer the schedule with the least memory traffic whose buffers fit into SIZE,\n"
      "with the bound that the search has proven.",
      "hwcvp optimize --network alexnet --buffer 64KiB");
  add_layer_options(options);
  options.add_value("buffer", "SIZE",
                    "buffer memory for input, weights and accumulators together, such as 64KiB");
  add_search_options(options);
  options.add_value("output-dir", "DIR",
                    "write LAYER.layer.json and LAYER.schedule.json there, for predict and run");
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  options.require("buffer");

  const OptimizerOptions search = read_search_options(options, options.size("buffer", 0));
  const LayerWork work = read_layer_work(options);
  const std::vector<Layer>& layers = work.layers;
  if (options.has("output-dir")) make_output_folder(options.text("output-dir"));

  std::vector<LayerResult> results;
  catch_interrupts();
  WorkerPool pool(read_threads(options));
  bool interrupted = false;
  try {
    optimize_layers(layers, search, pool, [&](size_t i, const OptimizerResult& found) {
      results.push_back({layers[i], found, compulsory_bytes(layers[i]),
                         published_bound_bytes(layers[i], search.buffer_bytes)});
    });
  } catch (const Interrupted&) {
    interrupted = true;
  }
  if (options.has("output-dir")) write_results(results, options.text("output-dir"));
  print_results(results, work.onnx.get(), options.has("json"));
  if (interrupted) exit_interrupted();
  return kExitDone;
}

}  // namespace hwcvp
