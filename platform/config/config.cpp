#include "platform/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <vector>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"
#include "platform/schema/embedded_platform_schema.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/json/json.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

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
  visit("hwc", "array_modes", config.hwc.array_modes);
  visit("hwc", "input_port_bytes", config.hwc.input_port_bytes);
  visit("hwc", "weight_port_bytes", config.hwc.weight_port_bytes);
  visit("hwc", "accumulator_port_bytes", config.hwc.accumulator_port_bytes);
  visit("hwc", "vector_lanes", config.hwc.vector_lanes);
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
  visit("watchdog", "time_ms", config.watchdog.time_ms);
  visit("watchdog", "instructions", config.watchdog.instructions);
  visit("faults", "bus_error_at", config.faults.bus_error_at);
  visit("faults", "bus_error_initiator", config.faults.bus_error_initiator);
  visit("faults", "lost_write_at", config.faults.lost_write_at);
  visit("faults", "lost_write_target", config.faults.lost_write_target);
  visit("faults", "bit_flip_at", config.faults.bit_flip_at);
  visit("faults", "bit_flip_mask", config.faults.bit_flip_mask);
  visit("faults", "interrupt", config.faults.interrupt);
  visit("faults", "interrupt_line", config.faults.interrupt_line);
  visit("faults", "interrupt_at", config.faults.interrupt_at);
  visit("faults", "reset_at_us", config.faults.reset_at_us);
  visit("faults", "reset_us", config.faults.reset_us);
  visit("dram", "size_bytes", config.dram.size_bytes);
  visit("dram", "secded", config.dram.secded);
  visit("dram", "timing", config.dram.timing);
  visit("layout", "input", config.layout.tensors[index(Tensor::input)]);
  visit("layout", "weight", config.layout.tensors[index(Tensor::weight)]);
  visit("layout", "output", config.layout.tensors[index(Tensor::output)]);
  visit("layout", "alignment_bytes", config.layout.alignment_bytes);
}

// Calls visit(key, field, applies) for the fields of the DRAM that depend on its timing.
template <typename Config, typename Visit>
void visit_dram_fields(Config& dram, bool simple, Visit visit) {
  visit("latency_ns", dram.latency_ns, simple);
  visit("bandwidth_gb_per_s", dram.bandwidth_gb_per_s, simple);
  visit("outstanding", dram.outstanding, simple);
  visit("queue_depth", dram.controller.queue_depth, !simple);
  visit("scheduler", dram.controller.scheduler, !simple);
  visit("bypass_limit", dram.controller.bypass_limit, !simple);
  visit("page_policy", dram.controller.page_policy, !simple);
  visit("refresh", dram.controller.refresh, !simple);
  visit("mapping", dram.controller.mapping, !simple);
}

// A value of the file, which the schema has checked, as a field.
template <typename Field>
void read_field(const json& value, Field& field, const std::string& /*where*/) {
  if constexpr (std::is_enum_v<Field>) {
    field = value_named<Field>(value.get<std::string>()).value();
  } else {
    value.get_to(field);
  }
}
void read_field(const json& value, TensorLayout& layout, const std::string& where) {
  layout = parse_layout(value.get<std::string>(), where);
}
void read_field(const json& value, MacArrayModes& modes, const std::string& where) {
  const auto text = value.get<std::string>();
  const auto parsed = MacArrayModes::parse(text);
  if (!parsed) {
    throw InputError(
        fmt::format("{}: expected one or more of kxc, pxc, kxp and pxt joined by \"+\", each once, "
                    "such as kxc+pxt, found \"{}\"",
                    where, shown(text)));
  }
  modes = *parsed;
}

// A field as a value of the file.
template <typename Field>
json value_of(const Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    return name_of(field);
  } else {
    return field;
  }
}
json value_of(const TensorLayout& layout) { return to_string(layout); }
json value_of(const MacArrayModes& modes) { return to_string(modes); }
json value_of(const DramTimingModel& timing) { return timing.name(); }
json value_of(const DramFieldOrder& order) { return order.name(); }

// Runs what a DRAM may refuse; `where` begins the message.
template <typename Action>
auto about_dram(const std::string& where, Action action) {
  try {
    return action();
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: dram: {}", where, error.what()));
  }
}

void read_field(const json& value, DramFieldOrder& order, const std::string& where) {
  order = about_dram(where, [&] { return DramFieldOrder(value.get<std::string>()); });
}

// Paths in a platform file count from its folder.
std::string dram_path(const std::string& timing, const std::string& folder) {
  const std::vector<std::string> presets = dram_preset_names();
  const bool named = DramTimingModel::is_simple(timing) ||
                     std::find(presets.begin(), presets.end(), timing) != presets.end();
  return named ? timing : (std::filesystem::path(folder) / timing).string();
}

// Fields that the timing does not have are refused.
void read_dram(const json& section, DramConfig& dram, const std::string& where, const std::string& folder) {
  const bool given = section.contains("timing");
  const std::string timing = given ? section["timing"].get<std::string>() : dram.timing.name();
  const bool simple = DramTimingModel::is_simple(timing);
  visit_dram_fields(dram, simple, [&](const char* key, auto& field, bool applies) {
    if (!section.contains(key)) return;
    if (!applies) {
      throw InputError(fmt::format("{}: dram.{}: expected only with timing {}, found timing \"{}\"", where,
                                   key, simple ? "other than \"simple\"" : "\"simple\"", timing));
    }
    read_field(section[key], field, where);
  });
  if (given) dram.timing = find_dram_timing(dram_path(timing, folder), where);
}

// `folder` is the one that paths count from.
void change(PlatformConfig& config, const json& document, const std::string& where,
            const std::string& folder) {
  static const json schema = json::parse(platform_schema_text());
  check_schema(schema, document, where);
  visit_fields(config, [&](const char* section, const char* key, auto& field) {
    if constexpr (!std::is_same_v<decltype(field), DramTimingModel&>) {  // which read_dram() reads
      if (!document.contains(section) || !document[section].contains(key)) return;
      read_field(document[section][key], field, fmt::format("{}: {}.{}", where, section, key));
    }
  });
  if (document.contains("dram")) read_dram(document["dram"], config.dram, where, folder);
}

}  // namespace

void change_platform(PlatformConfig& config, const json& document, const std::string& where) {
  change(config, document, where, "");
}

PlatformConfig platform_from_json(const json& document, const std::string& where) {
  PlatformConfig config;
  change(config, document, where, "");
  check_dram(config.dram, where);
  return config;
}

PlatformConfig read_platform(const std::string& path) {
  PlatformConfig config;
  change(config, read_json_file(path), path, std::filesystem::path(path).parent_path().string());
  check_dram(config.dram, path);
  return config;
}

DramTimingModel find_dram_timing(const std::string& name, const std::string& where) {
  return about_dram(where, [&] { return DramTimingModel(name); });
}

void check_dram(const DramConfig& config, const std::string& where) {
  if (config.timing.simple()) return;
  about_dram(where, [&config] {
    const DramSpec& spec = config.timing.spec();
    const DramController controller(spec, config.controller);
    const uint64_t capacity = spec.organization.capacity_bytes();
    if (static_cast<uint64_t>(config.size_bytes) > capacity) {
      throw InputError(fmt::format("size_bytes: expected at most the capacity of {}, {}, found {}", spec.name,
                                   capacity, config.size_bytes));
    }
  });
}

nlohmann::ordered_json to_json(const PlatformConfig& config) {
  nlohmann::ordered_json document;
  visit_fields(config, [&document](const char* section, const char* key, const auto& field) {
    document[section][key] = value_of(field);
  });
  visit_dram_fields(config.dram, config.dram.timing.simple(),
                    [&document](const char* key, const auto& field, bool applies) {
                      if (applies) document["dram"][key] = value_of(field);
                    });
  return document;
}

}  // namespace hwcvp
