#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/commands.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/provenance.h"
#include "platform/commands/report_option.h"
#include "platform/commands/simulation/run_options.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/host/program_files.h"
#include "platform/host/seconds_since.h"
#include "platform/machine/report_handler.h"
#include "platform/placement/hwce_layout.h"
#include "platform/report/comparison_report.h"
#include "platform/report/format.h"
#include "platform/report/progress.h"
#include "platform/study/comparison_run.h"
#include "schedules/predictors/hwce.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr const char* kBuffers = "1KiB,2KiB,4KiB,8KiB,16KiB,32KiB,64KiB,128KiB,256KiB";
constexpr int64_t kMostBuffer = std::numeric_limits<int32_t>::max();

void add_compare_options(CommandOptions& options) {
  add_layer_options(options);
  options.add_value("baseline", "NAME", "the accelerator to compare with: hwce (default)");
  options.add_value("buffer", "SIZE", "buffer memory of the HWC, such as 64KiB");
  options.add_value("buffers", "SIZES",
                    "several of them, such as 16KiB,64KiB; without either a list from 1KiB to 256KiB");
  options.add_value("mode", "MODE",
                    "output maps that the baseline computes at once: 1, 2, 4 or all (default)");
  options.add_value("accumulator-type", "TYPE", "accumulators of the HWC: int32 (default) or int16");
  add_platform_options(options);
  options.add_value("cpu", "KIND", "control processor: riscv or native, in place of the platform's");
  options.add_value("seed", "N", "seed of pseudo-random tensors (default: 1)");
  add_search_options(options);
  add_report_option(options);
  add_answer_options(options, comparison_section_names());
  options.add_flag("verbose", "log what the machine reports");
}

std::vector<int64_t> read_buffers(const CommandOptions& options) {
  options.forbid_with("buffer", {"buffers"});
  if (options.has("buffer")) {
    return {options.size("buffer", 0)};
  }
  std::vector<int64_t> buffers;
  std::istringstream sizes(options.text("buffers", kBuffers));
  for (std::string size; std::getline(sizes, size, ',');) buffers.push_back(parse_size(size, "--buffers"));
  if (buffers.empty()) throw InputError("--buffers: expected sizes such as 16KiB,64KiB, found \"\"");
  std::sort(buffers.begin(), buffers.end());
  if (std::adjacent_find(buffers.begin(), buffers.end()) != buffers.end()) {
    throw InputError("--buffers: expected each size once");
  }
  return buffers;
}

void check_buffers(const CommandOptions& options, const std::vector<int64_t>& buffers) {
  for (const int64_t buffer : buffers) {
    if (buffer > kMostBuffer) {
      throw InputError(fmt::format("--{}: expected at most {} bytes, found {}",
                                   options.has("buffer") ? "buffer" : "buffers", kMostBuffer, buffer));
    }
  }
}

std::vector<int64_t> read_modes(const CommandOptions& options) {
  const std::string mode = parse_choice(options.text("mode", "all"), "--mode", {"1", "2", "4", "all"});
  if (mode == "all") return {1, 2, 4};
  return {std::stoll(mode)};
}

// Sorts layers into those that both run and those that the HWCE cannot.
void sort_layers(const CommandOptions& options, const LayerWork& work, const PlatformConfig& config,
                 const std::vector<int64_t>& modes, ComparisonReport& report) {
  const std::string type =
      parse_choice(options.text("accumulator-type", "int32"), "--accumulator-type", {"int32", "int16"});
  const DataType accumulators = type == "int16" ? DataType::int16 : DataType::int32;
  for (const Layer& given : work.layers) {
    const Layer layer = layer_to_compare(given, accumulators);
    const std::string reason = hwce_unsupported(layer);
    if (!reason.empty()) {
      report.unsupported.push_back({layer, reason});
      continue;
    }
    place_tensors(layer, config.layout.tensors, config);
    for (const int64_t maps : modes) {
      place_hwce_tensors(layer, map_to_hwce(layer, maps), config.dram.size_bytes);
    }
    check_channels(layer, config.hwc);
    report.layers.push_back(layer);
  }
  if (report.layers.empty()) {
    throw InputError(fmt::format("--{}: expected a layer that the HWCE can run, found {}",
                                 options.has("layer") ? "layer" : "network", report.unsupported[0].reason));
  }
}

// The best schedules for one size of the buffer.
std::vector<LayerJob> make_jobs(const CommandOptions& options, const PlatformConfig& config, int64_t buffer,
                                uint64_t seed, const std::vector<Layer>& layers) {
  std::vector<LayerJob> jobs(layers.size());
  PlatformConfig machine = config;
  machine.hwc.buffer_bytes = buffer;
  WorkerPool pool(read_threads(options));
  optimize_layers(layers, read_search_options(options, machine, layers), pool,
                  [&](size_t i, const OptimizerResult& result) {
                    jobs[i].layer = layers[i];
                    jobs[i].schedule = result.schedule;
                    jobs[i].predicted = predict_exact(layers[i], result.schedule);
                    jobs[i].make_tensors = [layer = layers[i], seed] { return random_tensors(layer, seed); };
                    check_fits(layers[i], result.schedule, machine.hwc);
                  });
  return jobs;
}

// An interrupt leaves what is finished in the report.
void simulate(const CommandOptions& options, const PlatformConfig& config,
              const std::vector<int64_t>& buffers, const std::vector<int64_t>& modes, uint64_t seed,
              ComparisonReport& report) {
  std::vector<std::vector<LayerJob>> jobs;
  jobs.reserve(buffers.size());
  for (const int64_t buffer : buffers) {
    jobs.push_back(make_jobs(options, config, buffer, seed, report.layers));
  }
  SocFiles files;
  if (config.control_processor.kind == ControlProcessorKind::riscv)
    files.firmware_image = find_firmware_image();
  WorkerPool pool(read_threads(options) - 1);  // checks outputs; the simulation has the main thread
  Progress progress("simulating", report.layers.size() * (buffers.size() + modes.size()));
  size_t number = 0;
  ComparisonRun::Listener listener;
  listener.on_begin = [&](const std::string& accelerator, const Layer& layer, int64_t predicted_bytes) {
    progress.begin(++number, layer.name + " on " + accelerator, predicted_bytes);
  };
  listener.on_progress = [&](int64_t tensor_bytes) {
    check_interrupt();
    progress.update(tensor_bytes);
  };
  listener.on_end = [&](const JobObservation& observed, double wall_seconds) {
    progress.end(fmt::format("{} moved in {} cycles, {}", bytes_text(observed.traffic.total()),
                             grouped(observed.cycles), duration_text(wall_seconds)));
  };
  ComparisonRun comparison(config, files, buffers, pool);
  for (size_t i = 0; i < buffers.size(); ++i) {
    comparison.run_hwc(i, jobs[i], listener, report.hwc.emplace_back());
  }
  for (const int64_t maps : modes) {
    comparison.run_hwce(maps, report.layers, seed, listener, report.hwce.emplace_back());
  }
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
  const auto start = std::chrono::steady_clock::now();
  CommandOptions options(
      "compare (--layer FILE | [--network] NAME) [--buffer SIZE | --buffers SIZES] [OPTIONS]",
      "Simulates the same layers on the HWC, with the best schedule for each, and on a published "
      "accelerator\n"
      "that serves as a baseline, under the same monitors, and tells how many times less memory traffic the\n"
      "HWC causes. Pixels and weights of the HWC have 16 bits.",
      "hwcvp compare --network alexnet --buffer 64KiB --baseline hwce");
  add_compare_options(options);
  if (!options.parse(arguments)) return kExitDone;
  check_answer_options(options);
  parse_choice(options.text("baseline", "hwce"), "--baseline", {"hwce"});
  const std::vector<int64_t> buffers = read_buffers(options);
  check_buffers(options, buffers);
  const std::vector<int64_t> modes = read_modes(options);
  const uint64_t seed = options.integer("seed", 0, std::numeric_limits<uint64_t>::max(), 1);

  install_report_handler(options.has("verbose"));
  for (const std::string& path : set_paths(options)) {
    if (path == "hwc.buffer_bytes") {
      throw InputError("--set: hwc.buffer_bytes: expected --buffer or --buffers in its place");
    }
  }
  const PlatformConfig config = read_platform_options(options);
  ComparisonReport report;
  const LayerWork work = read_layer_work(options);
  check_report(options, work, config);
  sort_layers(options, work, config, modes, report);
  catch_interrupts();
  try {
    simulate(options, config, buffers, modes, seed, report);
  } catch (const Interrupted&) {
    report.complete = false;
  }
  report.wall_seconds = seconds_since(start);
  nlohmann::ordered_json json = to_json(report);
  add_provenance(json, options, config, read_seed(options));
  write_report(options, json);
  if (options.has("json")) {
    std::cout << json.dump(2) << '\n';
  } else {
    Answer answer = hwcvp::answer(report);
    PlatformConfig machine = config;
    if (buffers.size() == 1) machine.hwc.buffer_bytes = buffers[0];
    const std::string layers = count_text(report.layers.size(), "layer");
    answer.subject =
        buffers.size() == 1
            ? subject(options, layers, machine)
            : subject(options, fmt::format("{}, {}", layers, count_text(buffers.size(), "buffer size"))) +
                  ".";
    print_answer(std::cout, options, answer);
  }
  if (!report.complete) exit_interrupted();
  return report.agreed() ? kExitDone : kExitDisagreed;
}

}  // namespace hwcvp
