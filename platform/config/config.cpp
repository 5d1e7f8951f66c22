#include "platform/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"
#include "platform/schema/embedded_platform_schema.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/json/json.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using nlohmann::json;

// Calls visit(section, key, field) for every field: the one list of names, for reading and for writing.
template <typename Config, typename Visit>
void visit_fields(Config& config, Visit visit) {
  visit("control_processor", "kind", config.control_processor.kind);
  visit("control_processor", "clock_mhz", config.control_processor.clock_mhz);
  visit("control_processor", "quantum_ns", config.control_processor.quantum_ns);
  visit("control_processor", "cycles_per_instruction", config.control_processor.cycles_per_instruction);
  visit("control_processor", "cycles_per_access", config.control_processor.cycles_per_access);
  visit("hwc", "clock_mhz", config.hwc.clock_mhz);
  visit("hwc", "buffer_bytes", config.hwc.buffer_bytes);
  visit("hwc", "fifo_depth", config.hwc.fifo_depth);
  visit("hwc", "max_channels", config.hwc.max_channels);
  visit("hwc", "mac_rows", config.hwc.mac_rows);
  visit("hwc", "mac_columns", config.hwc.mac_columns);
  visit("hwc", "buffer_row_bytes", config.hwc.buffer_row_bytes);
  visit("hwc", "max_burst_bytes", config.hwc.max_burst_bytes);
  visit("hwc", "aligned_bursts", config.hwc.aligned_bursts);
  visit("hwc", "memory_transport", config.hwc.memory_transport);
  visit("hwc", "outstanding", config.hwc.outstanding);
  visit("hwc", "quantum_ns", config.hwc.quantum_ns);
  visit("hwce", "clock_mhz", config.hwce.clock_mhz);
  visit("hwce", "ports", config.hwce.ports);
  visit("hwce", "max_burst_bytes", config.hwce.max_burst_bytes);
  visit("hwce", "outstanding", config.hwce.outstanding);
  visit("hwce", "quantum_ns", config.hwce.quantum_ns);
  visit("bus", "width_bytes", config.bus.width_bytes);
  visit("bus", "clock_mhz", config.bus.clock_mhz);
  visit("bus", "arbitration", config.bus.arbitration);
  visit("mailbox", "access_cycles", config.mailbox.access_cycles);
  visit("monitor", "window_ns", config.monitor.window_ns);
  visit("monitor", "histogram_steps", config.monitor.histogram_steps);
  visit("monitor", "bandwidth_tolerance_percent", config.monitor.bandwidth_tolerance_percent);
  visit("monitor", "drift_tolerance_percent", config.monitor.drift_tolerance_percent);
  visit("dram", "size_bytes", config.dram.size_bytes);
  visit("dram", "timing", config.dram.timing);
  visit("layout", "input", config.layout.input);
  visit("layout", "weight", config.layout.weight);
  visit("layout", "output", config.layout.output);
  visit("layout", "alignment_bytes", config.layout.alignment_bytes);
}

// Calls visit(key, field, applies) for the fields of the DRAM that depend on its timing.
template <typename Config, typename Visit>
void visit_dram_fields(Config& dram, Visit visit) {
  visit("latency_ns", dram.latency_ns, dram.simple());
  visit("bandwidth_gb_per_s", dram.bandwidth_gb_per_s, dram.simple());
  visit("outstanding", dram.outstanding, dram.simple());
  visit("queue_depth", dram.controller.queue_depth, !dram.simple());
  visit("scheduler", dram.controller.scheduler, !dram.simple());
  visit("bypass_limit", dram.controller.bypass_limit, !dram.simple());
  visit("page_policy", dram.controller.page_policy, !dram.simple());
  visit("refresh", dram.controller.refresh, !dram.simple());
  visit("mapping", dram.controller.mapping, !dram.simple());
}

void read_dram_fields(const json& section, DramConfig& dram, const std::string& where) {
  visit_dram_fields(dram, [&](const char* key, auto& field, bool applies) {
    if (!section.contains(key)) return;
    if (!applies) {
      throw InputError(fmt::format("{}: dram.{}: expected only with timing {}, found timing \"{}\"", where,
                                   key, dram.simple() ? "other than \"simple\"" : "\"simple\"", dram.timing));
    }
    section[key].get_to(field);
  });
}

// Paths in a platform file count from its folder.
void place_dram_file(DramConfig& dram, const std::string& path) {
  const std::vector<std::string> presets = dram_preset_names();
  const bool named = dram.simple() || std::find(presets.begin(), presets.end(), dram.timing) != presets.end();
  if (named) return;
  dram.timing = (std::filesystem::path(path).parent_path() / dram.timing).string();
}

PlatformConfig parse(const json& document, const std::string& where) {
  PlatformConfig config;
  change_platform(config, document, where);
  return config;
}

}  // namespace

void change_platform(PlatformConfig& config, const json& document, const std::string& where) {
  static const json schema = json::parse(platform_schema_text());
  check_schema(schema, document, where);
  visit_fields(config, [&document](const char* section, const char* key, auto& field) {
    if (document.contains(section) && document[section].contains(key)) document[section][key].get_to(field);
  });
  if (document.contains("dram")) read_dram_fields(document["dram"], config.dram, where);
  parse_layout(config.layout.input, where + ": layout.input");
  parse_layout(config.layout.weight, where + ": layout.weight");
  parse_layout(config.layout.output, where + ": layout.output");
}

PlatformConfig platform_from_json(const json& document, const std::string& where) {
  PlatformConfig config = parse(document, where);
  check_dram(config.dram, where);
  return config;
}

PlatformConfig read_platform(const std::string& path) {
  PlatformConfig config = parse(read_json_file(path), path);
  place_dram_file(config.dram, path);
  check_dram(config.dram, path);
  return config;
}

void check_dram(const DramConfig& config, const std::string& where) {
  if (config.simple()) return;
  try {
    const DramSpec spec = find_dram_spec(config.timing);
    const DramController controller(spec, config.controller);
    const uint64_t capacity = spec.organization.capacity_bytes();
    if (static_cast<uint64_t>(config.size_bytes) > capacity) {
      throw InputError(fmt::format("size_bytes: expected at most the capacity of {}, {}, found {}", spec.name,
                                   capacity, config.size_bytes));
    }
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: dram: {}", where, error.what()));
  }
}

nlohmann::ordered_json to_json(const PlatformConfig& config) {
  nlohmann::ordered_json document;
  visit_fields(config, [&document](const char* section, const char* key, const auto& field) {
    document[section][key] = field;
  });
  visit_dram_fields(config.dram, [&document](const char* key, const auto& field, bool applies) {
    if (applies) document["dram"][key] = field;
  });
  return document;
}

}  // namespace hwcvp
