#include "platform/config/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>

#include "platform/schema/embedded_platform_schema.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

// Characters to insert, delete or replace to make one text of the other (Levenshtein).
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);  // distances of the first i characters of a from prefixes of b
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

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
  std::string digits = text;
  int64_t factor = 1;
  for (const auto& [unit, bytes] :
       {std::pair{"KiB", int64_t{1} << 10}, {"MiB", int64_t{1} << 20}, {"GiB", int64_t{1} << 30}}) {
    const std::string suffix = unit;
    if (property.unit != "B" || text.size() < suffix.size()) continue;
    if (text.compare(text.size() - suffix.size(), suffix.size(), suffix) != 0) continue;
    digits = text.substr(0, text.size() - suffix.size());
    factor = bytes;
  }
  const json value = parsed<int64_t>(digits);
  if (!value.is_number()) return text;
  const auto count = value.get<int64_t>();
  if (std::abs(static_cast<double>(count)) * static_cast<double>(factor) >= 0x1p62) return text;
  return count * factor;
}

json property_of(const PlatformConfig& config, const PlatformProperty& property) {
  const auto document = to_json(config);
  const auto& section = document.at(property.section);
  return section.contains(property.key) ? json(section.at(property.key)) : json();
}

}  // namespace hwcvp
