#include "platform/commands/platform_options.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "platform/cli/values.h"
#include "platform/config/properties.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

// Options that set a property by themselves.
constexpr std::pair<const char*, const char*> kOptionOfPath[] = {
    {"buffer", "hwc.buffer_bytes"},       {"buffers", "hwc.buffer_bytes"},
    {"cpu", "control_processor.kind"},    {"dram", "dram.timing"},
    {"max-burst", "hwc.max_burst_bytes"}, {"memory-transport", "hwc.memory_transport"},
    {"outstanding", "hwc.outstanding"},   {"layout", "layout.input"},
    {"layout", "layout.weight"},          {"layout", "layout.output"},
    {"max-time", "watchdog.time_ms"},
};

struct Setting {
  std::string path;
  std::string value;
};

std::vector<Setting> read_settings(const CommandOptions& options) {
  std::vector<Setting> settings;
  for (const std::string& text : options.list("set")) {
    const size_t sign = text.find('=');
    if (sign == std::string::npos) {
      throw InputError(fmt::format("--set: {}: expected PATH=VALUE, such as hwc.clock_mhz=400", shown(text)));
    }
    Setting setting{text.substr(0, sign), text.substr(sign + 1)};
    find_property(setting.path, "--set");
    if (shown(setting.value, std::string::npos) != setting.value) {
      throw InputError(fmt::format("--set: {}: expected printable UTF-8 text, found {}", setting.path,
                                   shown(setting.value)));
    }
    for (const Setting& other : settings) {
      if (other.path == setting.path) throw InputError(fmt::format("--set: {}: expected once", other.path));
    }
    for (const auto& [option, path] : kOptionOfPath) {
      if (path == setting.path && options.has(option)) {
        throw InputError(fmt::format("--set: {}: not allowed together with --{}", path, option));
      }
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace

void add_platform_options(CommandOptions& options, const char* platform) {
  options.add_value("platform", "FILE", platform);
  options.add_list("set", "PATH=VALUE",
                   "value of a property, in place of the platform's, such as hwc.clock_mhz=400; may be "
                   "repeated; `hwcvp properties` lists them");
}

std::vector<std::string> set_paths(const CommandOptions& options) {
  std::vector<std::string> paths;
  for (const Setting& setting : read_settings(options)) paths.push_back(setting.path);
  return paths;
}

PlatformConfig read_platform_options(const CommandOptions& options) {
  PlatformConfig config =
      options.has("platform") ? read_platform(options.text("platform")) : PlatformConfig{};
  if (options.has("cpu")) {
    config.control_processor.kind = parse_named<ControlProcessorKind>(options.text("cpu"), "--cpu");
  }
  if (options.has("dram")) config.dram.timing = find_dram_timing(options.text("dram"), "--dram");
  auto changes = nlohmann::json::object();
  for (const Setting& setting : read_settings(options)) {
    const PlatformProperty& property = find_property(setting.path, "--set");
    changes[property.section][property.key] = property_value(property, setting.value);
  }
  change_platform(config, changes, "--set");
  if (changes.contains("dram")) {
    check_dram(config.dram, "--set");
  } else if (options.has("dram")) {
    check_dram(config.dram, "--dram");
  }
  return config;
}

}  // namespace hwcvp
