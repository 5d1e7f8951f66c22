#include "platform/commands/layer_work.h"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <thread>

#include "platform/cli/values.h"
#include "platform/commands/onnx_options.h"
#include "platform/host/interrupt.h"
#include "schedules/json/constraints_json.h"
#include "schedules/json/json.h"
#include "schedules/json/network_json.h"
#include "schedules/networks/network.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t kMostThreads = 1024;

PerTensor<bool> parse_double_buffer(const std::string& text) {
  PerTensor<bool> doubled = {false, false, false};
  std::istringstream names(text);
  std::string name;
  while (std::getline(names, name, ',')) {
    parse_choice(name, "--double-buffer", {"input", "weight", "output"});
    for (const Tensor tensor : kTensors) {
      if (name == to_string(tensor)) doubled[index(tensor)] = true;
    }
  }
  return doubled;
}

}  // namespace

void add_layer_options(CommandOptions& options) {
  options.add_value("layer", "FILE", "one layer (JSON)");
  options.add_value(
      "network", "NAME",
      "a built-in network (`hwcvp networks` lists them), an ONNX file, FILE.onnx, or a list of layers, "
      "FILE.json");
  options.add_positional("network");
  add_onnx_options(options);
}

void add_search_options(CommandOptions& options, ObjectiveUse use) {
  options.add_value(
      "double-buffer", "TENSORS",
      "tensors with two buffers each, so that transfers hide behind compute: some of input,weight,output");
  options.add_value("constraints", "FILE",
                    "capacities, tile multiples, fixed loops and levels, prices (JSON)");
  add_objective_option(options, use);
  options.add_value("cache", "DIR", "keep what searches find there, and look there first");
  options.add_value("time-limit", "SECONDS",
                    "for the search of each layer; without it the search ends by itself");
  options.add_value("threads", "N", "threads to use (default: one for each processor)");
}

LayerWork read_layer_work(const CommandOptions& options) {
  options.require_one_of("layer", "network");
  const std::string network = options.text("network");
  if (is_onnx_file(network)) {
    auto onnx = read_onnx_network(options, network);
    return {onnx->layers(), onnx};
  }
  forbid_onnx_options(options);
  if (is_json_file(network)) return {read_network(network).layers, nullptr};
  if (options.has("layer")) return {{read_layer(options.text("layer"))}, nullptr};
  return {builtin_network(network).layers, nullptr};
}

std::vector<Layer> read_layers(const CommandOptions& options) { return read_layer_work(options).layers; }

void add_reads(const CommandOptions& options, const LayerWork& work, FileUses& uses) {
  uses.reads(options, {"layer", "network"});
  if (!work.onnx) return;
  for (const std::string& file : work.onnx->external_files()) uses.reads("the data of --network", file);
}

const std::vector<std::string>& search_option_names() {
  static const std::vector<std::string> names = {"cache",     "constraints", "double-buffer",
                                                 "objective", "slack",       "time-limit"};
  return names;
}

LayerSearch read_search_options(const CommandOptions& options, const PlatformConfig& config,
                                const std::vector<Layer>& layers, ObjectiveUse use) {
  LayerSearch layer_search;
  layer_search.cache_folder = options.text("cache");
  OptimizerOptions& search = layer_search.options;
  search.buffer_bytes = config.hwc.buffer_bytes;
  search.cancel = &interrupt_flag();
  if (options.has("double-buffer")) search.double_buffer = parse_double_buffer(options.text("double-buffer"));
  if (options.has("constraints")) {
    const std::string path = options.text("constraints");
    const ConstraintsFile file = read_constraints(path);
    search.constraints = file.constraints;
    for (const Layer& layer : layers) search.constraints.validate(layer, path);
    if (file.double_buffer) {
      if (options.has("double-buffer")) {
        throw InputError(path + ": double_buffer: not allowed together with --double-buffer");
      }
      search.double_buffer = *file.double_buffer;
    }
  }
  search.objective = read_objective(options, config, use);
  if (options.has("time-limit")) {
    search.time_limit_seconds = parse_seconds(options.text("time-limit"), "--time-limit");
  }
  return layer_search;
}

size_t read_threads(const CommandOptions& options) {
  const uint64_t processors = std::max(1U, std::thread::hardware_concurrency());
  return options.integer("threads", 1, kMostThreads, std::min(processors, kMostThreads));
}

std::string output_path(const std::string& folder, const std::string& layer_name, const std::string& suffix) {
  std::string name = layer_name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') c = '_';
  }
  if (name[0] == '.') name[0] = '_';
  return (std::filesystem::path(folder) / (name + "." + suffix)).string();
}

void make_output_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw InputError(fmt::format("--output-dir: {}: cannot be made: {}", folder, error.message()));
  }
}

}  // namespace hwcvp
