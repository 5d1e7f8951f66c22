#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/commands/platform_options.h"
#include "platform/config/properties.h"
#include "platform/host/exit_status.h"
#include "platform/report/table.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

std::string text_of(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

ordered_json to_json(const PlatformConfig& config, const std::vector<PlatformProperty>& properties) {
  ordered_json list = ordered_json::array();
  for (const PlatformProperty& property : properties) {
    list.push_back({{"path", property.path},
                    {"type", property.type},
                    {"unit", property.unit},
                    {"default", default_of(property)},
                    {"value", property_of(config, property)},
                    {"expected", property.expected},
                    {"description", property.description}});
  }
  return {{"properties", list}};
}

void print(const PlatformConfig& config, const std::vector<PlatformProperty>& properties, bool with_values) {
  using Align = Table::Align;
  std::vector<Table::Column> columns = {
      {"path", Align::left}, {"type", Align::left}, {"unit", Align::left}, {"default", Align::left}};
  if (with_values) columns.push_back({"value", Align::left});
  columns.push_back({"description", Align::left});
  Table table(columns);
  std::string section;
  for (const PlatformProperty& property : properties) {
    if (!section.empty() && section != property.section) table.add_rule();
    section = property.section;
    std::vector<std::string> cells = {property.path, property.type, property.unit,
                                      text_of(default_of(property))};
    if (with_values) cells.push_back(text_of(property_of(config, property)));
    cells.push_back(property.description);
    table.add(cells);
  }
  table.print(std::cout);
}

}  // namespace

int properties_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "properties [--platform FILE] [--set PATH=VALUE]... [--json]",
      "Lists what can be set on the simulated machine, in a platform file or by --set: path, type, unit,\n"
      "default and description; with --platform or --set also the value that the machine has then\n"
      "(- where the property does not apply).",
      "hwcvp properties\nhwcvp properties --set dram.timing=ddr4-2400 --set hwc.buffer_bytes=128KiB");
  add_platform_options(options);
  options.add_flag("json", "print one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  const PlatformConfig config = read_platform_options(options);
  const std::vector<PlatformProperty>& properties = platform_properties();
  if (options.has("json")) {
    std::cout << to_json(config, properties).dump(2) << '\n';
  } else {
    print(config, properties, options.has("platform") || options.has("set"));
  }
  return kExitDone;
}

}  // namespace hwcvp
