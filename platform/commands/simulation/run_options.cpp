#include "platform/commands/simulation/run_options.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <limits>
#include <system_error>

#include "platform/cli/values.h"
#include "platform/commands/answer_options.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/layer_work.h"
#include "platform/commands/layout_options.h"
#include "platform/commands/platform_options.h"
#include "platform/commands/report_option.h"
#include "platform/commands/simulation/recordings.h"
#include "platform/host/program_files.h"
#include "platform/report/run_report.h"
#include "platform/tensor/npy.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t kDefaultSeed = 1;

}  // namespace

void add_machine_options(CommandOptions& options) {
  options.add_value("buffer", "SIZE",
                    "buffer memory of the accelerator, such as 64KiB, in place of the platform's");
  add_platform_options(options);
  options.add_value("cpu", "KIND",
                    "control processor: riscv (emulated, firmware image) or native (firmware compiled "
                    "for the host, faster), in place of the platform's");
  options.add_value("dram", "TIMING",
                    "DRAM: simple, a preset (ddr3-1600, ddr4-2400, ddr4-3200, lpddr4-3200) or a DRAM file "
                    "(JSON), in place of the platform's");
  options.add_value(
      "memory-transport", "STYLE",
      "transactions of the accelerator: lt (b_transport, fast) or at (nb_transport, four phases), "
      "in place of the platform's");
  options.add_value("outstanding", "N",
                    "transactions in flight of each engine of the accelerator, in place of the platform's");
  options.add_value("max-burst", "SIZE",
                    "largest transaction of the accelerator, a power of two from 4 to 64KiB, in place of the "
                    "platform's");
  options.add_value(
      "max-time", "SECONDS",
      "simulated time that a layer or network may take before the machine is taken for stopped, in place "
      "of the platform's");
}

void add_run_options(CommandOptions& options) {
  add_layer_options(options);
  options.add_value("schedule", "FILE", "schedule for the layer (JSON); without it the best one is searched");
  add_machine_options(options);
  add_layout_option(options);
  options.add_flag("relu", "clamp outputs at zero from below");
  options.add_value("seed", "N", "seed of pseudo-random tensors (default: 1)");
  options.add_value("input", "FILE", "input of the layer (.npy, B x C x H x W)");
  options.add_value("weights", "FILE", "weights of the layer (.npy, M x C/group x KH x KW)");
  options.add_value("bias", "FILE", "bias of the layer (.npy, M, int32); none with --weights alone");
  options.add_value("output", "FILE", "write the layer's output there (.npy, B x M x OH x OW)");
  add_search_options(options);
  options.add_flag("timing-only", "move no data: the same transactions and times, and no output");
  options.add_value("output-dir", "DIR", "write LAYER.output.npy, LAYER.schedule.json and report.json there");
  add_recording_options(options);
  add_report_option(options);
  add_answer_options(options, run_section_names());
  options.add_flag("verbose",
                   "log files, commands and what the machine reports, failures in the firmware included");
}

void check_run_options(const CommandOptions& options) {
  options.require_one_of("layer", "network");
  for (const char* single : {"schedule", "input", "weights", "bias", "output"}) {
    options.require_with(single, "layer");
  }
  check_answer_options(options);
  options.forbid_with("schedule", search_option_names());
  check_recording_options(options);
  options.forbid_with("timing-only", {"input", "weights", "bias", "output", "seed"});
  if (options.has("output")) {
    const auto folder = std::filesystem::absolute(options.text("output")).parent_path();
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
      throw InputError(fmt::format("--output: {}: expected an existing folder", folder.string()));
    }
  }
}

namespace {

void read_memory_port(const CommandOptions& options, HwcConfig& hwc) {
  if (options.has("memory-transport")) {
    hwc.memory_transport =
        parse_named<MemoryTransport>(options.text("memory-transport"), "--memory-transport");
  }
  hwc.outstanding =
      static_cast<int64_t>(options.integer("outstanding", 1, 1024, static_cast<uint64_t>(hwc.outstanding)));
  const int64_t burst = options.size("max-burst", hwc.max_burst_bytes);
  if (burst < 4 || burst > 65536 || (burst & (burst - 1)) != 0) {
    throw InputError(
        fmt::format("--max-burst: expected a power of two from 4 to 65536 bytes, found {}", burst));
  }
  hwc.max_burst_bytes = burst;
}

void read_max_time(const CommandOptions& options, WatchdogConfig& watchdog) {
  if (!options.has("max-time")) return;
  constexpr double kMost = 1e6;  // seconds: the maximum of watchdog.time_ms
  const double seconds = parse_seconds(options.text("max-time"), "--max-time");
  if (seconds > kMost) {
    throw InputError(fmt::format("--max-time: expected at most {} seconds, found {}", kMost, seconds));
  }
  watchdog.time_ms = 1e3 * seconds;
}

}  // namespace

PlatformConfig read_run_platform(const CommandOptions& options) {
  PlatformConfig config = read_platform_options(options);
  config.hwc.buffer_bytes = options.size("buffer", config.hwc.buffer_bytes);
  constexpr int64_t kMostBuffer = std::numeric_limits<int32_t>::max();
  if (config.hwc.buffer_bytes > kMostBuffer) {
    throw InputError(
        fmt::format("--buffer: expected at most {} bytes, found {}", kMostBuffer, config.hwc.buffer_bytes));
  }
  read_memory_port(options, config.hwc);
  read_max_time(options, config.watchdog);
  return config;
}

std::string schedule_file(const CommandOptions& options, const Layer& layer) {
  std::string path = output_path(options.text("output-dir"), layer.name, "schedule.json");
  std::error_code error;
  const bool given =
      options.has("schedule") && std::filesystem::equivalent(path, options.text("schedule"), error);
  return given && !error ? "" : path;
}

void check_files(const CommandOptions& options, const PlatformConfig& config, const SocFiles& files,
                 const LayerWork& work) {
  FileUses uses;
  add_reads(options, work, uses);
  uses.reads(options,
             {"schedule", "input", "weights", "bias", "platform", "constraints", "cache", "output-dir"});
  uses.reads("the DRAM", config.dram.timing.name());
  if (!files.firmware_image.empty()) uses.reads("the firmware", files.firmware_image);
  if (options.has("output")) uses.writes("--output", options.text("output"));
  add_recording_files(options, uses);
  add_report_file(options, uses);
  if (!options.has("output-dir")) return;
  const std::string folder = options.text("output-dir");
  uses.writes("--output-dir", folder + "/report.json");
  for (const Layer& layer : work.layers) {
    uses.writes("--output-dir", output_path(folder, layer.name, "output.npy"));
    const std::string schedule = schedule_file(options, layer);
    if (!schedule.empty()) uses.writes("--output-dir", schedule);
  }
}

SocFiles soc_files(const PlatformConfig& config) {
  SocFiles files;
  if (config.control_processor.kind == ControlProcessorKind::riscv)
    files.firmware_image = find_firmware_image();
  if (!files.firmware_image.empty()) spdlog::debug("firmware image {}", files.firmware_image);
  return files;
}

void check_relu(const Layer& layer) {
  if (layer.output_type == DataType::int32) {
    throw InputError(fmt::format("--relu: expected output_type int8, uint8 or int16, found int32 in layer {}",
                                 layer.name));
  }
}

uint64_t read_seed(const CommandOptions& options) {
  return options.integer("seed", 0, std::numeric_limits<uint64_t>::max(), kDefaultSeed);
}

LayerTensors read_tensors(const CommandOptions& options, const Layer& layer) {
  const uint64_t seed = read_seed(options);
  LayerTensors tensors = random_tensors(layer, seed);
  if (options.has("input")) {
    tensors.input = read_npy(options.text("input"), layer.input_type, input_shape(layer));
  }
  if (options.has("weights")) {
    tensors.weights = read_npy(options.text("weights"), layer.weight_type, weight_shape(layer));
  }
  if (options.has("bias")) {
    tensors.params =
        random_params(layer, seed, read_npy(options.text("bias"), DataType::int32, {layer.out_channels}));
  } else if (options.has("weights")) {
    tensors.params = random_params(layer, seed, HostTensor(DataType::int32, {layer.out_channels}));
  }
  return tensors;
}

}  // namespace hwcvp
