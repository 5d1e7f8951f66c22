#include "platform/config.h"

#include <nlohmann/json.hpp>

#include "platform/schema/embedded_platform_schema.h"
#include "schedules/json.h"
#include "schedules/schema/schema_check.h"

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
  visit("bus", "width_bytes", config.bus.width_bytes);
  visit("bus", "clock_mhz", config.bus.clock_mhz);
  visit("bus", "arbitration", config.bus.arbitration);
  visit("dram", "size_bytes", config.dram.size_bytes);
  visit("dram", "latency_ns", config.dram.latency_ns);
  visit("dram", "bandwidth_gb_per_s", config.dram.bandwidth_gb_per_s);
}

}  // namespace

PlatformConfig platform_from_json(const json& document, const std::string& where) {
  static const json schema = json::parse(platform_schema_text());
  check_schema(schema, document, where);
  PlatformConfig config;
  visit_fields(config, [&document](const char* section, const char* key, auto& field) {
    if (document.contains(section) && document[section].contains(key)) document[section][key].get_to(field);
  });
  return config;
}

PlatformConfig read_platform(const std::string& path) {
  return platform_from_json(read_json_file(path), path);
}

nlohmann::ordered_json to_json(const PlatformConfig& config) {
  nlohmann::ordered_json document;
  visit_fields(config, [&document](const char* section, const char* key, const auto& field) {
    document[section][key] = field;
  });
  return document;
}

}  // namespace hwcvp
