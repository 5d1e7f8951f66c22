#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/exit_status.h"
#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/report/traffic_table.h"
#include "schedules/json.h"
#include "schedules/predictor.h"

namespace hwcvp {

int predict_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "predict --layer FILE --schedule FILE [--model NAME] [--json]",
      "Predicts the memory traffic and the buffer bytes of one schedule of one layer in closed form.",
      "hwcvp optimize --network alexnet --buffer 64KiB --output-dir alexnet\n"
      "hwcvp predict --layer alexnet/conv2.layer.json --schedule alexnet/conv2.schedule.json");
  options.add_value("layer", "FILE", "layer (JSON)");
  options.add_value("schedule", "FILE", "schedule (JSON)");
  const std::string models = fmt::format("one of {}", fmt::join(predictor_names(), ", "));
  options.add_value("model", "NAME", models.c_str());
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  options.require("layer");
  options.require("schedule");

  const auto predictor = make_predictor(options.text("model", "exact"));
  const Layer layer = read_layer(options.text("layer"));
  const Schedule schedule = read_schedule(options.text("schedule"), layer);
  const Prediction prediction = predictor->predict(layer, schedule);
  if (options.has("json")) {
    const nlohmann::ordered_json document = {{"model", predictor->name()},
                                             {"traffic", to_json(prediction.traffic)},
                                             {"buffer", to_json(prediction.buffer)}};
    std::cout << document.dump(2) << '\n';
  } else {
    std::cout << to_text(schedule, layer) << '\n';
    print_prediction(std::cout, prediction);
  }
  return kExitDone;
}

}  // namespace hwcvp
