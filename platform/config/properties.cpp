#include "platform/config/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/schema/embedded_platform_schema.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/byte_size.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

template <typename Number>
json parsed(const std::string& text) {
  Number value{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(static_cast<double>(value))) return text;
  return value;
}

std::vector<PlatformProperty> read_schema() {
  const json schema = json::parse(platform_schema_text());
  std::vector<PlatformProperty> properties;
  for (const auto& section : schema.at("properties").items()) {
    for (const auto& node : section.value().at("properties").items()) {
      const json& value = node.value();
      properties.push_back({section.key() + "." + node.key(), section.key(), node.key(),
                            value.at("type").get<std::string>(), value.at("unit").get<std::string>(),
                            value.at("description").get<std::string>(), schema_expectation(value),
                            value.at("default").dump()});
    }
  }
  return properties;
}

}  // namespace

const std::vector<PlatformProperty>& platform_properties() {
  static const std::vector<PlatformProperty> properties = read_schema();
  return properties;
}

const PlatformProperty& find_property(const std::string& path, const std::string& where) {
  const std::string compared = path.substr(0, 100);  // which bounds the time
  const PlatformProperty* closest = nullptr;
  size_t least = SIZE_MAX;
  for (const PlatformProperty& property : platform_properties()) {
    if (property.path == path) return property;
    const size_t distance = edit_distance(compared, property.path);
    if (distance < least) {
      least = distance;
      closest = &property;
    }
  }
  throw InputError(fmt::format("{}: {}: unknown property; the closest is {} (`hwcvp properties` lists all)",
                               where, shown(path), closest->path));
}

json default_of(const PlatformProperty& property) { return json::parse(property.initial); }

json property_value(const PlatformProperty& property, const std::string& text) {
  // What cannot be read stays text, which the schema then refuses with what it expects.
  if (property.type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (property.type == "number") return parsed<double>(text);
  if (property.type != "integer") return text;
  const bool negative = !text.empty() && text[0] == '-';
  if (property.unit != "B") return parsed<int64_t>(text);
  const std::optional<uint64_t> bytes = byte_size(negative ? text.substr(1) : text);
  if (!bytes || *bytes >= kTooManyBytes / 2) return text;
  return negative ? -static_cast<int64_t>(*bytes) : static_cast<int64_t>(*bytes);
}

json property_of(const PlatformConfig& config, const PlatformProperty& property) {
  const auto document = to_json(config);
  const auto& section = document.at(property.section);
  return section.contains(property.key) ? json(section.at(property.key)) : json();
}

}  // namespace hwcvp
