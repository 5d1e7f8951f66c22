#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/platform_options.h"
#include "platform/host/exit_status.h"
#include "platform/prediction/bus_prediction.h"
#include "platform/prediction/platform_timing.h"
#include "platform/report/bus_table.h"
#include "platform/report/latency_report.h"
#include "platform/report/traffic_table.h"
#include "schedules/json/json.h"
#include "schedules/predictors/predictor.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

LatencyPrediction predict_latency(const Layer& layer, const Schedule& schedule, const Traffic& traffic,
                                  const MachineTiming& timing) {
  LatencyPrediction prediction;
  prediction.estimate = estimate_latency_soon(layer, schedule, traffic, timing);
  prediction.caveat = latency_caveat(timing);
  if (prediction.estimate) {
    prediction.roofline =
        roofline_position(layer.macs(), traffic, prediction.estimate->cycles, *prediction.estimate, timing);
  }
  return prediction;
}

}  // namespace

int predict_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "predict --layer FILE --schedule FILE [--model NAME] [OPTIONS]",
      "Predicts the memory traffic and the buffer bytes of one schedule of one layer in closed form, with\n"
      "the bursts and bus bytes that it takes on the machine, its cycles, and where it stands under the\n"
      "roofline.",
      "hwcvp optimize --network alexnet --buffer 64KiB --output-dir alexnet\n"
      "hwcvp predict --layer alexnet/conv2.layer.json --schedule alexnet/conv2.schedule.json");
  options.add_value("layer", "FILE", "layer (JSON)");
  options.add_value("schedule", "FILE", "schedule (JSON)");
  const std::string models = fmt::format("one of {}", fmt::join(predictor_names(), ", "));
  options.add_value("model", "NAME", models.c_str());
  add_platform_options(options,
                       "platform file (JSON) with the machine whose bursts and cycles are predicted");
  add_layout_option(options);
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  options.require("layer");
  options.require("schedule");

  const auto predictor = make_predictor(options.text("model", "exact"));
  const bool exact = predictor->name() == "exact";
  for (const char* option : {"platform", "set", "layout"}) {
    if (options.has(option) && !exact) {
      throw InputError(fmt::format("--{}: expected --model exact with it", option));
    }
  }
  const Layer layer = read_layer(options.text("layer"));
  const Schedule schedule = read_schedule(options.text("schedule"), layer);
  const Prediction prediction = predictor->predict(layer, schedule);
  TensorLayouts layouts;
  std::optional<BusTraffic> bus;
  LatencyPrediction latency;
  if (exact) {
    const PlatformConfig config = read_platform_options(options);
    layouts = choose_layouts(layer, schedule, read_layouts(options, config), config);
    bus = predict_bus_traffic_soon(layer, schedule, layouts, config);
    latency = predict_latency(layer, schedule, prediction.traffic, machine_timing(config, layouts));
  }
  if (options.has("json")) {
    nlohmann::ordered_json document = {{"model", predictor->name()},
                                       {"traffic", to_json(prediction.traffic)},
                                       {"buffer", to_json(prediction.buffer)}};
    if (exact) {
      document["layout"] = to_json(layouts);
      add_bus_traffic(document, bus);
      add_latency(document, latency);
      if (!bus) document["caveats"].push_back(kBusNotCounted);
    }
    std::cout << document.dump(2) << '\n';
  } else {
    std::cout << to_text(schedule, layer) << '\n';
    print_prediction(std::cout, prediction);
    if (exact) {
      std::cout << "\nlayout " << summary_text(layouts) << '\n';
      print_bus_traffic(std::cout, prediction.traffic, bus);
      std::cout << '\n';
      print_latency(std::cout, latency);
    }
  }
  return kExitDone;
}

}  // namespace hwcvp
