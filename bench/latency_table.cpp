// Sets predicted cycles against the simulated machine, RISC-V firmware included: every different layer of
// networks, with the schedules of least traffic. Prints a row for each network and buffer size, and with
// --layers a row for each layer.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "platform/cli/options.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/platform_options.h"
#include "platform/host/program_files.h"
#include "platform/job/layer_simulator.h"
#include "platform/prediction/bus_prediction.h"
#include "platform/study/network_run.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

namespace {

constexpr const char* kNetworks = "alexnet,vgg16,resnet50,mobilenetv2";

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) items.push_back(item);
  return items;
}

std::vector<Layer> different_layers(const std::string& network) {
  std::vector<Layer> layers;
  for (const Layer& layer : builtin_network(network).layers) {
    const bool known = std::any_of(layers.begin(), layers.end(),
                                   [&](const Layer& other) { return equal_work(layer, other); });
    if (!known) layers.push_back(layer);
  }
  return layers;
}

struct Row {
  std::string network;
  int64_t kib = 0;
  int64_t layers = 0;
  double error_sum = 0;  // in percent
  double worst = 0;
  std::string worst_layer;
  double signed_sum = 0;
  std::vector<double> milliseconds;  // of each prediction
};

OptimizerResult solve(const Layer& layer, int64_t buffer_bytes, const ResultCache* cache) {
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  return cache != nullptr ? cache->solve(layer, options) : optimize(layer, options);
}

class Table {
 public:
  explicit Table(const CommandOptions& options) : each_layer_(options.has("layers")) {
    SocFiles files;
    files.firmware_image = find_firmware_image();
    SocOptions timing_only;
    timing_only.timing_only = true;
    PlatformConfig config = read_platform_options(options);
    layouts_ = read_layouts(options, config);
    for (const std::string& size : split(options.text("buffers", "16,64,256"))) {
      config.hwc.buffer_bytes = std::stoll(size) * 1024;
      machines_.push_back(std::make_unique<LayerSimulator>(config, files, "soc_" + size, timing_only));
    }
    if (options.has("cache")) {
      cache_ = std::make_unique<ResultCache>(options.text("cache"),
                                             [](const std::string& line) { std::cerr << line << '\n'; });
    }
  }

  void run(const std::string& network) {
    for (const auto& machine : machines_) print(measure(network, *machine));
  }

 private:
  Row measure(const std::string& network, LayerSimulator& machine) const {
    const PlatformConfig& config = machine.soc().config();
    Row row;
    row.network = network;
    row.kib = config.hwc.buffer_bytes / 1024;
    for (const Layer& layer : different_layers(network)) {
      const OptimizerResult found = solve(layer, config.hwc.buffer_bytes, cache_.get());
      const TensorLayouts layouts = choose_layouts(layer, found.schedule, layouts_, config);
      const MachineTiming timing = machine_timing(config, layouts);
      const auto start = std::chrono::steady_clock::now();
      const LatencyEstimate predicted =
          estimate_latency(layer, found.schedule, found.prediction.traffic, timing);
      const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
      const int64_t observed =
          machine.run_timing_only(layer, found.schedule, false, predicted.cycles, layouts).cycles;
      const double error = 100 * (static_cast<double>(predicted.cycles) / static_cast<double>(observed) - 1);
      if (each_layer_) {
        fmt::print("{:12} {:4} {:24} {:>12} {:>12} {:+7.3f} % {:8.3f} ms\n", network, row.kib, layer.name,
                   predicted.cycles, observed, error, taken.count());
        std::fflush(stdout);
      }
      ++row.layers;
      row.signed_sum += error;
      row.error_sum += std::fabs(error);
      row.milliseconds.push_back(taken.count());
      if (std::fabs(error) <= std::fabs(row.worst)) continue;
      row.worst = error;
      row.worst_layer = layer.name;
    }
    return row;
  }

  static void print(Row row) {
    std::sort(row.milliseconds.begin(), row.milliseconds.end());
    const auto layers = static_cast<double>(row.layers);
    fmt::print("| {} | {} | {} | {:.3f} | {:+.3f} | {:+.3f}, {} | {:.2f} | {:.1f} |\n", row.network, row.kib,
               row.layers, row.error_sum / layers, row.signed_sum / layers, row.worst, row.worst_layer,
               row.milliseconds[row.milliseconds.size() / 2], row.milliseconds.back());
    std::fflush(stdout);
  }

  const bool each_layer_;
  LayoutCandidates layouts_;
  std::vector<std::unique_ptr<LayerSimulator>> machines_;
  std::unique_ptr<ResultCache> cache_;
};

void run(const std::vector<std::string>& arguments) {
  CommandOptions options("latency_table [OPTIONS]",
                         "Sets predicted cycles against simulated ones for the different layers of networks.",
                         "latency_table --dram ddr4-2400 --networks alexnet --buffers 16,64 --layers");
  add_platform_options(options);
  options.add_value("dram", "NAME", "simple, or a DRAM's preset or file");
  options.add_value("buffers", "KIB,...", "buffer sizes, in KiB; 16,64,256 otherwise");
  options.add_value("networks", "NAME,...", kNetworks);
  add_layout_option(options);
  options.add_value("cache", "DIR", "keep the schedules found there, and look there first");
  options.add_flag("layers", "print a row for each layer");
  if (!options.parse(arguments)) return;
  Table table(options);
  fmt::print(
      "| network | buffer, KiB | layers | mean error, % | mean signed, % | worst, % | prediction, ms, median "
      "| most |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const std::string& network : split(options.text("networks", kNetworks))) table.run(network);
}

}  // namespace

}  // namespace hwcvp

// libsystemc asks for it, though the simulation is driven from main().
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

int main(int argc, char** argv) {
  try {
    hwcvp::run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "latency_table: {}\n", error.what());
    return 3;
  }
}
