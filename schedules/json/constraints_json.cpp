#include "schedules/json/constraints_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "schedules/json/json.h"
#include "schedules/schema/embedded_schemas.h"
#include "schedules/schema/schema_check.h"

namespace hwcvp {

namespace {

using nlohmann::json;

const json& schema() {
  static const json parsed = json::parse(constraints_schema_text());
  return parsed;
}

// The schema has checked the name.
Dim dim_named(const std::string& name) {
  return *std::find_if(kDims.begin(), kDims.end(), [&](Dim dim) { return name == to_string(dim); });
}

// The value at a key inside one of the file's objects, where both are there.
template <typename T, typename Value>
void read_if_present(const json& file, const char* object, const char* key, Value& value) {
  if (file.contains(object) && file[object].contains(key)) value = file[object][key].get<T>();
}

}  // namespace

ConstraintsFile constraints_from_json(const json& json, const std::string& where) {
  check_schema(schema(), json, where);
  ConstraintsFile file;
  Constraints& constraints = file.constraints;
  if (json.contains("double_buffer")) file.double_buffer = {false, false, false};
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    read_if_present<int64_t>(json, "capacity", to_string(tensor), constraints.capacity_bytes[t]);
    read_if_present<int>(json, "buffer_level", to_string(tensor), constraints.buffer_level[t]);
    if (file.double_buffer) {
      read_if_present<bool>(json, "double_buffer", to_string(tensor), (*file.double_buffer)[t]);
    }
  }
  for (const Dim dim : kDims) {
    read_if_present<int64_t>(json, "tile_multiple", to_string(dim), constraints.tile_multiple[index(dim)]);
  }
  if (json.contains("outer_loops")) {
    for (const auto& loop : json["outer_loops"]) {
      constraints.outer_loops.push_back(
          {dim_named(loop["dim"].get<std::string>()), loop["tile"].get<int64_t>()});
    }
  }
  for (const auto& [name, price] : kPriceKinds) {
    read_if_present<int64_t>(json, "price", name, constraints.prices.*price);
  }
  return file;
}

ConstraintsFile read_constraints(const std::string& path) {
  return constraints_from_json(read_json_file(path), path);
}

json to_json(const Constraints& constraints) {
  json object = {{"capacity", json::object()},
                 {"buffer_level", json::object()},
                 {"tile_multiple", json::object()},
                 {"outer_loops", json::array()},
                 {"price", json::object()}};
  for (const Tensor tensor : kTensors) {
    const size_t t = index(tensor);
    if (constraints.capacity_bytes[t] > 0)
      object["capacity"][to_string(tensor)] = constraints.capacity_bytes[t];
    if (const auto level = constraints.buffer_level[t]) object["buffer_level"][to_string(tensor)] = *level;
  }
  for (const Dim dim : kDims) object["tile_multiple"][to_string(dim)] = constraints.tile_multiple[index(dim)];
  for (const Loop& loop : constraints.outer_loops) {
    object["outer_loops"].push_back({{"dim", to_string(loop.dim)}, {"tile", loop.tile}});
  }
  for (const auto& [name, price] : kPriceKinds) object["price"][name] = constraints.prices.*price;
  return object;
}

}  // namespace hwcvp
