#include "schedules/schema/schema_check.h"

// With sanitizers, GCC 12 takes the <regex> that valijson uses for reading what was not set.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

std::string json_text(const json& value) {
  return shown(value.dump(-1, ' ', true, json::error_handler_t::replace));
}

std::string quoted_list(const json& values) {
  std::string text;
  for (const json& value : values) text += (text.empty() ? "" : ", ") + json_text(value);
  return text;
}

std::string range(const json& schema, const char* least, const char* most) {
  if (schema.contains(least) && schema.contains(most)) {
    return schema[least] == schema[most]
               ? json_text(schema[least])
               : fmt::format("{} to {}", json_text(schema[least]), json_text(schema[most]));
  }
  if (schema.contains(most)) return "at most " + json_text(schema[most]);
  return schema.contains(least) ? "at least " + json_text(schema[least]) : "any number of";
}

}  // namespace

std::string schema_expectation(const json& schema) {
  if (schema.contains("enum")) return "one of " + quoted_list(schema["enum"]);
  if (schema.contains("type") && schema["type"].is_array()) {
    std::string text;
    for (const json& type : schema["type"]) {
      json alternative = schema;
      alternative["type"] = type;
      text += (text.empty() ? "" : " or ") + schema_expectation(alternative);
    }
    return text;
  }
  const std::string type = schema.value("type", "value");
  if (type == "integer" || type == "number") {
    const std::string multiple =
        schema.contains("multipleOf") ? ", a multiple of " + json_text(schema["multipleOf"]) : "";
    return fmt::format("{} between {} and {}{}", type == "integer" ? "an integer" : "a number",
                       json_text(schema["minimum"]), json_text(schema["maximum"]), multiple);
  }
  if (type == "string") return "a string of " + range(schema, "minLength", "maxLength") + " characters";
  if (type == "boolean") return "true or false";
  if (type == "array") return "an array of " + range(schema, "minItems", "maxItems") + " values";
  return "an object";
}

namespace {

// A place in the document: its value, the schema node for it, and its path as text.
struct Place {
  const json* schema;
  const json* value;
  std::string path;
};

// The node that a reference inside the schema, such as {"$ref": "#/definitions/x"}, stands for; else the
// node.
const json* resolved(const json& schema, const json* node) {
  if (!node->contains("$ref")) return node;
  return &schema.at(json::json_pointer(node->at("$ref").get<std::string>().substr(1)));
}

// Follows valijson's context, such as {"<root>", "[loops]", "[2]", "[tile]"}, as far as schema and document
// go.
Place locate(const json& schema, const json& document, const std::vector<std::string>& context) {
  Place place{&schema, &document, ""};
  for (size_t i = 1; i < context.size(); ++i) {
    const std::string key = context[i].substr(1, context[i].size() - 2);
    if (place.value->is_array() && place.schema->contains("items")) {
      place.value = &place.value->at(std::stoul(key));
      place.schema = resolved(schema, &place.schema->at("items"));
      place.path += context[i];
    } else if (place.value->is_object() && place.value->contains(key) &&
               place.schema->contains("properties") && place.schema->at("properties").contains(key)) {
      place.value = &place.value->at(key);
      place.schema = resolved(schema, &place.schema->at("properties").at(key));
      place.path += (place.path.empty() ? "" : ".") + key;
    } else {
      break;
    }
  }
  return place;
}

std::vector<std::string> key_names(const json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  return names;
}

// The line for what is wrong with the keys of an object; empty where they are right.
std::string key_problem(const json& root, const Place& place) {
  const std::string prefix = place.path.empty() ? "" : place.path + ".";
  const json& properties = place.schema->at("properties");
  for (const auto& item : place.value->items()) {
    if (!properties.contains(item.key())) {
      const std::vector<std::string> known = key_names(properties);
      return fmt::format("{}{}: unknown key; expected one of {}{}", prefix, json_text(item.key()),
                         fmt::join(known, ", "), did_you_mean(item.key(), known));
    }
  }
  for (const json& key : place.schema->value("required", json::array())) {
    const std::string name = key.get<std::string>();
    if (!place.value->contains(name)) {
      return fmt::format("{}{}: missing; expected {}", prefix, name,
                         schema_expectation(*resolved(root, &properties.at(name))));
    }
  }
  return "";
}

std::string describe(const json& root, const Place& place) {
  if (place.value->is_object() && place.schema->contains("properties")) {
    std::string problem = key_problem(root, place);
    if (!problem.empty()) return problem;
  }
  const std::string path = place.path.empty() ? "" : place.path + ": ";
  return fmt::format("{}expected {}, found {}", path, schema_expectation(*place.schema),
                     json_text(*place.value));
}

// Refuses lists that are far too long, of which the checker would look at all values.
void check_list_sizes(const json& schema, const json& document, const std::string& where) {
  constexpr size_t kMostChecked = 1000;
  if (!document.is_object()) return;
  for (const auto& property : schema.at("properties").items()) {
    const auto list = document.find(property.key());
    if (list == document.end() || !list->is_array() || !property.value().contains("maxItems")) continue;
    if (list->size() <= std::max(kMostChecked, property.value()["maxItems"].get<size_t>())) continue;
    throw InputError(fmt::format("{}: {}: expected {}, found {} values", where, property.key(),
                                 schema_expectation(property.value()), list->size()));
  }
}

}  // namespace

void check_schema(const json& schema, const json& document, const std::string& where) {
  check_list_sizes(schema, document, where);
  valijson::Schema parsed;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document), &results)) return;

  // An error inside a value is followed by one for each value around it: the deepest says most.
  std::vector<std::string> deepest;
  for (const auto& error : results) {
    if (error.context.size() > deepest.size()) deepest = error.context;
  }
  throw InputError(where + ": " + describe(schema, locate(schema, document, deepest)));
}

}  // namespace hwcvp
